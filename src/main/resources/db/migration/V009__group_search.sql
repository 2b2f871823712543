-- People look for groups by what the words of their names begin with, whatever the case and the accents.

CREATE FUNCTION plain_words(words text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN to_tsvector('simple', regexp_replace(normalize(words, NFD), '[\u0300-\u036f]', '', 'g'));

CREATE INDEX user_group_words ON user_group USING gin (plain_words(name));
