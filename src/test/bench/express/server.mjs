// Four of Muster's routes on Muster's tables: the same sign-in, statements and JSON, with Express and node-pg's pool.
import { createHash, randomUUID } from 'node:crypto';
import express from 'express';
import pg from 'pg';

const { TIMESTAMP, TIMESTAMPTZ } = pg.types.builtins;
// As PostgreSQL writes them: a Date would lose the microseconds.
pg.types.setTypeParser(TIMESTAMP, (text) => text.replace(' ', 'T'));
pg.types.setTypeParser(TIMESTAMPTZ, (text) => text.replace(' ', 'T').replace('+00', 'Z'));

const pool = new pg.Pool({
  host: process.env.DB_HOST,
  port: Number(process.env.DB_PORT),
  database: process.env.DB_NAME,
  user: process.env.DB_USER,
  password: process.env.DB_PASSWORD,
  application_name: 'express',
  options: '-c TimeZone=UTC',
  min: 2,
  max: 10,
  idleTimeoutMillis: 30_000,
  connectionTimeoutMillis: 5_000,
});
pool.on('error', (error) => console.error('idle client:', error.message));

const CALLER = `
  SELECT user_id, scopes, email
    FROM user_session
    JOIN user_account USING (user_id, password_version)
   WHERE token_hash = $1 AND expires_at > now()`;

const ACCESS = `
  SELECT user_group.*, membership.role AS member_role, membership.state AS member_state
    FROM user_group
    LEFT JOIN membership ON membership.group_id = user_group.group_id AND membership.user_id = $1
   WHERE user_group.group_id = $2`;

const LOCK_GROUP = 'SELECT group_id FROM user_group WHERE group_id = $1 FOR NO KEY UPDATE';

const FIND = 'SELECT * FROM activity WHERE group_id = $1 AND activity_id = $2';

const LIST = `
  SELECT *
    FROM activity
   WHERE group_id = $1
     AND (starts_at, activity_id) > ($2, $3)
     AND starts_at >= $4 AND starts_at < $5
     AND ($6::text IS NULL OR state = $6)
     AND ($7 OR published_at IS NOT NULL)
     AND ($8 OR visibility = 'public')
   ORDER BY starts_at, activity_id
   LIMIT $9`;

const CHANGE = `
  UPDATE activity
     SET title = $1, description = $2, place = $3, overridden = series_id IS NOT NULL, version = version + 1,
         sequence = sequence + $4, updated_at = now()
   WHERE group_id = $5 AND activity_id = $6 AND version = $7 AND state <> 'cancelled'
  RETURNING *`;

const AUDIT = `
  INSERT INTO audit (group_id, actor_id, action, user_id, activity_id, reason)
  VALUES ($1, $2, 'activity.changed', NULL, $3, '')`;

const TELL = `
  INSERT INTO notification (user_id, kind, group_id, activity_id)
  SELECT user_id, 'activity.moved', group_id, activity_id
    FROM sign_up
   WHERE group_id = $1 AND activity_id = $2 AND state <> 'cancelled' AND user_id IS DISTINCT FROM $3`;

const FIRST = '1900-01-01T00:00:00Z';
const LAST = '2200-01-01T00:00:00Z';
const NO_ID = '00000000-0000-0000-0000-000000000000';

class Refusal extends Error {
  constructor(status) {
    super(`status ${status}`);
    this.status = status;
  }
}

function group(row) {
  return {
    id: row.group_id,
    name: row.name,
    slug: row.slug,
    description: row.description,
    zone: row.zone,
    joinPolicy: row.join_policy,
    visibility: row.visibility,
    state: row.state,
    version: row.version,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

// For zones without an offset: what is measured is in UTC.
function activity(row) {
  const end = new Date(Date.parse(row.starts_at) + row.duration_minutes * 60_000);
  return {
    id: row.activity_id,
    groupId: row.group_id,
    title: row.title,
    description: row.description,
    place: row.place,
    onlineUrl: row.online_url,
    startsLocal: row.starts_local,
    zone: row.zone,
    allDay: row.all_day,
    // What is measured has hours.
    startsOn: null,
    endsOn: null,
    durationMinutes: row.duration_minutes,
    capacity: row.capacity,
    guestsAllowed: row.guests_allowed,
    waitlist: row.waitlist,
    signupOpensAt: row.signup_opens_at,
    signupClosesAt: row.signup_closes_at,
    visibility: row.visibility,
    startsAt: row.starts_at,
    endsAt: end.toISOString().replace('.000', ''),
    adjusted: false,
    state: row.state,
    seriesId: row.series_id,
    overridden: row.overridden,
    version: row.version,
    sequence: row.sequence,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

async function caller(request, response, next) {
  response.set('X-Request-Id', randomUUID());
  const header = request.get('Authorization');
  if (header) {
    const hash = createHash('sha256').update(header.slice('Bearer '.length)).digest();
    const found = await pool.query(CALLER, [hash]);
    if (found.rowCount === 0) throw new Refusal(401);
    request.user = found.rows[0].user_id;
  }
  next();
}

async function access(client, request) {
  const found = await client.query(ACCESS, [request.user ?? null, request.params.group]);
  const row = found.rows[0];
  if (!row || (row.visibility === 'private' && row.member_state !== 'active')) throw new Refusal(404);
  row.organizer = row.member_state === 'active' && row.member_role !== 'member';
  return row;
}

function answer(response, version, body) {
  response.set('ETag', `"${version}"`).json(body);
}

const app = express();
app.disable('x-powered-by');
app.disable('etag');
app.get('/health/ready', async (request, response) => {
  await pool.query('SELECT 1');
  response.json({ status: 'UP' });
});
app.use('/api', caller, express.json({ type: ['application/json', 'application/merge-patch+json'] }));

app.get('/api/v1/groups/:group', async (request, response) => {
  const found = await access(pool, request);
  answer(response, found.version, group(found));
});

app.get('/api/v1/groups/:group/activities', async (request, response) => {
  const { organizer, member_state: state } = await access(pool, request);
  const limit = Number(request.query.limit ?? 20);
  const found = await pool.query(LIST, [
    request.params.group, FIRST, NO_ID, FIRST, LAST, null, organizer, state === 'active', limit + 1,
  ]);
  const items = found.rows.slice(0, limit).map(activity);
  const last = items.at(-1);
  const next = found.rowCount > limit ? Buffer.from(`${last.startsAt}/${last.id}`).toString('base64url') : null;
  response.json({ items, next });
});

app.get('/api/v1/groups/:group/activities/:activity', async (request, response) => {
  const { organizer } = await access(pool, request);
  const found = (await pool.query(FIND, [request.params.group, request.params.activity])).rows[0];
  if (!found || !(found.published_at || organizer)) throw new Refusal(404);
  answer(response, found.version, activity(found));
});

app.patch('/api/v1/groups/:group/activities/:activity', async (request, response) => {
  const { group: groupId, activity: id } = request.params;
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    await client.query(LOCK_GROUP, [groupId]);
    const { organizer } = await access(client, request);
    if (!organizer) throw new Refusal(403);
    const was = (await client.query(`${FIND} FOR NO KEY UPDATE`, [groupId, id])).rows[0];
    if (!was) throw new Refusal(404);
    const wanted = { ...was, ...request.body };
    const moved = wanted.place !== was.place;
    const changed = await client.query(CHANGE, [
      wanted.title, wanted.description, wanted.place, moved ? 1 : 0, groupId, id, was.version,
    ]);
    await client.query(AUDIT, [groupId, request.user, id]);
    if (moved) await client.query(TELL, [groupId, id, request.user]);
    await client.query('COMMIT');
    client.release();
    answer(response, changed.rows[0].version, activity(changed.rows[0]));
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {});
    client.release();
    throw error;
  }
});

// Express knows an error handler by its four parameters.
app.use((error, request, response, next) => {
  if (response.headersSent) return next(error);
  if (!(error instanceof Refusal)) console.error(error);
  response.status(error.status ?? 500).json({ title: error.message });
});

app.listen(Number(process.env.PORT), '127.0.0.1');
