// The same two requests that the fault suite makes of Muster, on the same tables, with node-pg's pool and the same limits.
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import pg from 'pg';

const pool = new pg.Pool({
  host: process.env.DB_HOST,
  port: Number(process.env.DB_PORT),
  database: process.env.DB_NAME,
  user: process.env.DB_USER,
  password: process.env.DB_PASSWORD,
  application_name: 'peer',
  min: 2,
  max: 10,
  idleTimeoutMillis: 30_000,
  connectionTimeoutMillis: 5_000,
  statement_timeout: 30_000,
});
pool.on('error', (error) => console.error('idle client:', error.message));

function ignore() {}

async function read(group) {
  await pool.query('SELECT user_id FROM user_session WHERE token_hash = $1', [Buffer.alloc(32)]);
  const found = await pool.query('SELECT * FROM user_group WHERE group_id = $1', [group]);
  return [200, found.rows[0]];
}

async function write(group, { title }) {
  const client = await pool.connect();
  // Without it a connection that is lost between two statements ends the process.
  client.on('error', ignore);
  try {
    await client.query('BEGIN');
    await client.query('SELECT 1 FROM user_group WHERE group_id = $1 FOR NO KEY UPDATE', [group]);
    const made = await client.query(
      `INSERT INTO activity (group_id, activity_id, title, description, place, online_url, starts_local, zone,
              duration_minutes, starts_at, tzdb_version, guests_allowed, waitlist, visibility)
       VALUES ($1, $2, $3, '', '', '', '2030-01-01T10:00', 'UTC', 60, '2030-01-01T10:00Z', 'peer', 0, true, 'group')
       RETURNING *`,
      [group, randomUUID(), title],
    );
    await client.query('COMMIT');
    client.off('error', ignore);
    client.release();
    return [201, made.rows[0]];
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {});
    client.release(error);
    throw error;
  }
}

async function body(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return JSON.parse(Buffer.concat(chunks).toString() || '{}');
}

const server = createServer(async (request, response) => {
  const group = request.url.split('/')[4];
  let answer;
  try {
    answer = request.method === 'POST' ? await write(group, await body(request)) : await read(group);
  } catch (error) {
    // As in most frameworks: the error is returned, and the outcome of a commit stays unknown.
    answer = [503, { type: '/problems/outcome-unknown', detail: error.message }];
  }
  response.writeHead(answer[0], { 'Content-Type': 'application/json' });
  response.end(JSON.stringify(answer[1]));
});

process.on('SIGTERM', () => server.close(() => pool.end().then(() => process.exit(0))));
server.listen(Number(process.env.PORT), () => console.log('listening'));
