// htmx: parts of pages. A refused or failed request is said in words at the top of the page.
import htmx from 'htmx.org/dist/htmx.esm.js';
import { say } from './messages.js';

window.htmx = htmx;
const root = document.documentElement;

document.addEventListener('htmx:before:request', () => root.classList.add('is-loading'));
document.addEventListener('htmx:finally:request', () => root.classList.remove('is-loading'));

// A session that ended sends the sign-in page: show it as a page, not inside the part.
document.addEventListener('htmx:before:response', (event) => {
  const response = event.detail.ctx.response.raw;
  const login = root.dataset.login;
  if (response.redirected && login && new URL(response.url).pathname === login) {
    event.preventDefault();
    location.assign(`${login}?next=${encodeURIComponent(location.pathname + location.search)}`);
  }
});

document.addEventListener('htmx:response:error', (event) => {
  const { response: { status, headers }, text } = event.detail.ctx;
  const words = { 403: root.dataset.sayForbidden, 404: root.dataset.sayMissing }[status];
  if (words) say(words, 'red');
  else if (status === 409 && headers.get('Content-Type')?.startsWith('text/plain')) say(text, 'red');
  else if (status >= 500) say(root.dataset.sayFailed, 'red');
});
document.addEventListener('htmx:before:swap', (event) => {
  if (event.detail.ctx.response?.headers.get('Content-Type')?.startsWith('text/plain')) event.preventDefault();
});
document.addEventListener('htmx:error', (event) => {
  if (!event.detail.ctx?.response) say(root.dataset.sayOffline, 'red');
});
