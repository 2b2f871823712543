-- Run at every start. Changes with transaction numbers that this cluster has not reached yet come from another one, whose data
-- were restored here: they are all over, and what comes now comes after them.
INSERT INTO change_epoch
SELECT max(epoch) + 1
  FROM change_epoch
HAVING EXISTS (SELECT FROM group_change
                WHERE txid >= pg_snapshot_xmax(pg_current_snapshot())
                  AND epoch = (SELECT max(epoch) FROM change_epoch));
