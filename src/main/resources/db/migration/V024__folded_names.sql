-- Names are folded otherwise: the search also leaves out what joins and stretches letters. Each node makes the terms anew in the
-- background, as it makes those that are missing (V014), and also those that nodes of the previous release still store.

-- The name that the terms were made of. Earlier versions leave it as it is: their terms are outdated unless it is the group's name.
ALTER TABLE group_search ADD COLUMN folded_name text;
