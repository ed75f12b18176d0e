// A row of the grid saves itself whenever a cell is left; sums, version and time of saving follow. Whatever else
// is sent meanwhile waits for it, so that nobody is told that they themselves were quicker.
const RETRY = 5000;
let running = null;
let again = null;

const form = () => document.getElementById('row-form');
const bench = () => document.getElementById('bench');
const cells = () => [...(form()?.elements ?? [])].filter((cell) => cell.matches('[form="row-form"]'));

/** Whether a cell holds something that was not sent yet. */
export function isChanged() {
  return cells().some((cell) => valueOf(cell) !== (cell.dataset.sent ?? original(cell)));
}

/** Leave the changes of this row where they are: it is being closed. */
export function forget() {
  for (const cell of cells()) cell.dataset.sent = valueOf(cell);
  clearTimeout(again);
}

/** Send the row when it has changed; resolves to whether everything is saved. */
export async function save() {
  if (running) await running;
  if (!form()?.hasAttribute('data-autosave') || !isChanged()) return true;
  running = send(form());
  try {
    return await running;
  } finally {
    running = null;
  }
}

async function send(row) {
  clearTimeout(again);
  tell('saving');
  const sent = cells().map((cell) => [cell, valueOf(cell)]);
  const body = new FormData(row);
  body.append('stay', '1');
  let response;
  try {
    response = await fetch(row.action, { method: 'POST', body, headers: { Accept: 'text/html' } });
  } catch {
    return later();
  }
  if (response.status >= 500) return later();
  const page = new DOMParser().parseFromString(await response.text(), 'text/html');
  if (!page.getElementById('bench')) return later();
  if (response.ok) for (const [cell, value] of sent) cell.dataset.sent = value;
  show(page, row, response.ok);
  return response.ok;
}

function later() {
  tell('offline');
  again = setTimeout(save, RETRY);
  return false;
}

/** Take what the server made of it: sums, time, version, what follows from other cells, and what is wrong. */
function show(page, row, isSaved) {
  if (form() !== row) return;
  const line = row.closest('tr');
  for (const wrong of document.querySelectorAll('#bench tr.errors')) wrong.remove();
  const wrong = page.querySelector('#bench tr.errors');
  if (wrong) line.after(wrong);
  if (!isSaved) return tell('wrong');
  renew(page, 'grid-foot');
  renew(page, 'grid-state');
  renew(page, 'record-meta');
  follow(page);
  for (const field of document.querySelectorAll('input[name=version]')) field.value = page.getElementById('bench').dataset.version;
  tell('saved');
}

function renew(page, id) {
  const [now, next] = [document.getElementById(id), page.getElementById(id)];
  if (!now || !next || now.contains(document.activeElement)) return;
  now.replaceChildren(...next.childNodes);
  window.htmx.process(now);
}

/** Cells that the person did not touch since show what the server computed. */
function follow(page) {
  for (const cell of cells()) {
    const stored = page.querySelector(`#bench [form="row-form"][name="${cell.name}"]`);
    if (!stored || cell === document.activeElement || valueOf(cell) !== cell.dataset.sent) continue;
    cell.value = original(stored);
    cell.dataset.sent = valueOf(cell);
  }
}

function original(cell) {
  if (cell.type === 'checkbox') return String(cell.defaultChecked);
  if (cell.options) return ([...cell.options].find((option) => option.defaultSelected) ?? cell.options[0])?.value ?? '';
  return cell.defaultValue;
}

function valueOf(cell) {
  return cell.type === 'checkbox' ? String(cell.checked) : cell.value;
}

function tell(what) {
  const place = document.querySelector('[data-saved]');
  if (!place) return;
  place.dataset.mood = what;
  const words = bench().dataset[`say${what[0].toUpperCase()}${what.slice(1)}`];
  const time = new Date().toLocaleTimeString('sv', { hour: '2-digit', minute: '2-digit' });
  place.querySelector('span').textContent = what === 'saved' ? `${words} ${time}` : words;
}

document.addEventListener('change', (event) => {
  if (event.target.matches?.('[form="row-form"]')) setTimeout(save);
});

// Sending anything that names the version waits until the row is saved; the row's own buttons save it themselves.
document.addEventListener('submit', (event) => {
  const sent = event.target;
  if (!bench()?.contains(sent) && !sent.closest('.rec')) return;
  if (sent === form() && !running) return forget();
  if (sent !== form() && !running && !isChanged()) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const button = event.submitter;
  (running ?? save()).then(() => sent.isConnected && sent.requestSubmit(button?.isConnected ? button : null));
}, true);

addEventListener('beforeunload', (event) => {
  if (form() && isChanged()) event.preventDefault();
});
