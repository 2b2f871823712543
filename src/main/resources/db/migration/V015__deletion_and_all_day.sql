-- A group is deleted with all its rows but two, which have ids only: the change that says so, and who did it.

-- In the order in which writers lock them.
LOCK TABLE user_group, membership, activity_series, activity, sign_up, audit, notification;

ALTER TABLE audit DROP CONSTRAINT audit_group_id_fkey;

-- The name of what a notification is about, if that has been deleted.
ALTER TABLE notification ADD COLUMN subject text;

CREATE TRIGGER record_delete AFTER DELETE ON user_group
    FOR EACH ROW EXECUTE FUNCTION record_group_change('group', 'group_id');

-- That record stands for all rows of the group: a large group has hundreds of thousands.
CREATE OR REPLACE TRIGGER record_change AFTER INSERT OR UPDATE OR DELETE ON membership
    FOR EACH ROW WHEN (COALESCE(current_setting('muster.deleting_group', true), '') = '')
    EXECUTE FUNCTION record_group_change('member', 'user_id');
CREATE OR REPLACE TRIGGER record_insert AFTER INSERT OR DELETE ON activity
    FOR EACH ROW WHEN (COALESCE(current_setting('muster.deleting_group', true), '') = '')
    EXECUTE FUNCTION record_group_change('activity', 'activity_id');
CREATE OR REPLACE TRIGGER record_delete AFTER DELETE ON sign_up
    FOR EACH ROW WHEN (COALESCE(current_setting('muster.deleting_group', true), '') = '')
    EXECUTE FUNCTION record_group_change('signup', 'user_id');

-- Without a time of the day: starts_local is the beginning of the first day, duration_minutes the days of 24 hours.
ALTER TABLE activity ADD COLUMN all_day boolean NOT NULL DEFAULT false;
ALTER TABLE activity_series ADD COLUMN all_day boolean NOT NULL DEFAULT false;

-- Nodes of an earlier version make occurrences without it.
CREATE FUNCTION take_all_day() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT all_day
      INTO NEW.all_day
      FROM activity_series
     WHERE group_id = NEW.group_id AND series_id = NEW.series_id;
    RETURN NEW;
END
$$;

CREATE TRIGGER take_all_day BEFORE INSERT ON activity
    FOR EACH ROW WHEN (NEW.series_id IS NOT NULL AND NOT NEW.overridden AND NOT NEW.all_day) EXECUTE FUNCTION take_all_day();
