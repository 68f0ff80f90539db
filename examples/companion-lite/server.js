import { randomBytes, timingSafeEqual } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';

const files = {
  '/': ['index.html', 'text/html'],
  '/page.js': ['page.js', 'text/javascript'],
  '/card.js': ['card.js', 'text/javascript'],
  '/form.js': ['form.js', 'text/javascript'],
  '/style.css': ['style.css', 'text/css'],
};
const protections = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};
/** Bytes that may wait for a page, and that a page may send. */
const mostWaiting = 16 * 1_048_576;
const mostSent = 1_048_576;

/** Serves the page of an app on 127.0.0.1; resolves with the link that opens it, which holds the token of this start, and a function that ends it. */
export async function servePage(app, port) {
  const token = randomBytes(32).toString('hex');
  const server = createServer((request, response) => {
    answer(app, token, request, response).catch(({ status = 409, message }) => {
      if (response.headersSent) response.destroy();
      else sendJson(response, status, { error: message });
    });
  });
  await new Promise((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve));
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return { link: `http://127.0.0.1:${server.address().port}/#token=${token}`, close };
}

async function answer(app, token, request, response) {
  for (const [name, value] of Object.entries(protections)) response.setHeader(name, value);
  checkOrigin(request);
  const { method, url } = request;
  if (method === 'GET' && Object.hasOwn(files, url)) return sendFile(response, files[url]);
  const given = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
  if (!isSame(given, token)) throw refusal(401, 'Open the link that the program printed at its start.');
  if (method === 'GET' && url === '/news') return sendNews(app, response);
  const order = /^\/orders\/(\w+)$/.exec(url)?.[1];
  if (method !== 'POST' || order === undefined || !Object.hasOwn(app.orders, order))
    throw refusal(404, `There is no ${method} ${url}.`);
  sendJson(response, 200, (await app.orders[order](await bodyOf(request))) ?? {});
}

/** A page of another origin must not ask, nor one whose name was rebound to this address. */
function checkOrigin({ headers, socket: { localPort } }) {
  const { host, origin = `http://${host}`, 'sec-fetch-site': site = 'none' } = headers;
  if (host !== `127.0.0.1:${localPort}` && host !== `localhost:${localPort}`)
    throw refusal(421, `This is 127.0.0.1:${localPort}, not "${host}".`);
  if (origin !== `http://${host}` || !['same-origin', 'none'].includes(site))
    throw refusal(403, 'Pages of other origins may not ask here.');
}

async function sendFile(response, [name, type]) {
  const content = await readFile(join(import.meta.dirname, 'page', name));
  response.writeHead(200, { 'content-type': `${type}; charset=utf-8` }).end(content);
}

/** A line of JSON for each piece of news. Who takes nothing away is let go: when the page comes back it is told everything anew. */
function sendNews(app, response) {
  response.writeHead(200, { 'content-type': 'application/x-ndjson' });
  const stop = app.listen((name, news) => {
    if (response.writableLength > mostWaiting) response.destroy();
    else response.write(`${JSON.stringify([name, news])}\n`);
  });
  response.on('close', stop);
}

function sendJson(response, status, value) {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}

async function bodyOf(request) {
  let body = '';
  for await (const part of request.setEncoding('utf8')) {
    body += part;
    if (body.length > mostSent) throw refusal(413, `At most ${mostSent} characters may be sent.`);
  }
  return JSON.parse(body);
}

function isSame(given, token) {
  return given.length === token.length && timingSafeEqual(Buffer.from(given, 'latin1'), Buffer.from(token));
}

function refusal(status, message) {
  return Object.assign(new Error(message), { status });
}
