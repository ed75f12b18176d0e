// Through the grid by keyboard and pointer: rows open where they are clicked, arrows go up and down, rows are dragged.
import { forget, isChanged, save } from './saving.js';

let column = null;
let opened = null; // the row that has been given the cursor: what comes later beside it takes it from nobody
let dragged = null;

const inRow = (target) => target instanceof Element && target.matches('[form="row-form"]');
const rows = () => [...document.querySelectorAll('.mg tr[data-line], .mg tr#line-new')];

/** Open a row with the cursor in the column that the person was in. */
function open(row, cell = column) {
  column = cell;
  (row?.querySelector('a[data-open]') ?? document.querySelector('.mg .more-row a'))?.click();
}

async function go(step) {
  const here = document.querySelector('.mg tr.editing');
  const list = rows();
  const to = list[list.indexOf(here) + step];
  if (!here || (!to && step < 0)) return;
  if (here.id === 'line-new') {
    if (step > 0) return;
    forget();
    return open(to);
  }
  if (await save()) open(to ?? null);
}

document.addEventListener('keydown', (event) => {
  const { key, target } = event;
  const step = { ArrowUp: -1, ArrowDown: 1 }[key];
  if (step && event.altKey && inRow(target)) {
    event.preventDefault();
    return document.querySelector(`[data-move="${step < 0 ? 'up' : 'down'}"] button:not(:disabled)`)?.click();
  }
  if (key === 'z' && (event.ctrlKey || event.metaKey) && !event.shiftKey && !target.closest?.('input, textarea, select')) {
    const button = document.querySelector('[data-undo] button:not(:disabled)');
    if (button) event.preventDefault();
    return button?.click();
  }
  if (inRow(target)) return cellKey(event, step);
  if (step && target.matches?.('a[data-open]')) {
    const list = [...document.querySelectorAll('.mg a[data-open], .mg .more-row a')];
    const to = list[list.indexOf(target) + step];
    if (to) event.preventDefault();
    to?.focus();
  }
});

function cellKey(event, step) {
  const { key, target } = event;
  if (key === 'Escape') {
    forget();
    return document.querySelector('#row-form [data-cancel]')?.click();
  }
  if (step && !event.shiftKey && !event.ctrlKey && !target.matches('select, textarea')) {
    event.preventDefault();
    column = target.name;
    go(step);
  }
  if (key === 'Enter' && !event.isComposing) column = target.name;
}

// Anywhere in a row opens it, with the cursor where one clicked.
document.addEventListener('click', async (event) => {
  if (!(event.target instanceof Element) || event.target.closest('a, button, input, select, textarea, label, summary')) return;
  const cell = event.target.closest('.mg.can-edit tbody [data-cell]');
  const row = cell?.closest('tr[data-line]');
  if (!row || row.classList.contains('editing') || String(getSelection())) return;
  if (await save()) open(row, cell.dataset.cell);
});
document.addEventListener('click', (event) => {
  const link = event.target instanceof Element && event.target.closest('a[data-open]');
  if (link && event.detail) column = 'name';
});
// A link to another row or out of the row waits until this one is saved.
document.addEventListener('click', (event) => {
  const link = event.target instanceof Element && event.target.closest('#bench a[href], .rec a[href]');
  if (!link || link.matches('[data-cancel], [data-dialog], [target]') || !isChanged() || !document.querySelector('[data-autosave]')) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  save().then((isSaved) => isSaved && link.isConnected && link.click());
}, true);

document.addEventListener('htmx:after:swap', () => {
  ready();
// with a place in the address the browser gives no field the focus
if (document.activeElement === document.body) document.querySelector('tr.editing [form="row-form"][name="name"]')?.focus();
  const row = document.getElementById('row-form');
  const cell = column && document.querySelector(`tr.editing [form="row-form"][name="${column}"]`);
  if (!cell || row === opened) return;
  opened = row;
  setTimeout(() => {
    cell.focus();
    if (cell.select && cell.tagName === 'INPUT') cell.select();
  });
});

// Dragging by the number: a line shows where the row will stand.
function ready() {
  if (!document.getElementById('order-form')) return;
  for (const handle of document.querySelectorAll('.mg tr[data-line] > .idx')) handle.draggable = true;
}

document.addEventListener('dragstart', (event) => {
  const row = event.target.closest?.('.mg tr[data-line]');
  if (!row || !event.target.matches('.idx')) return;
  dragged = row;
  row.classList.add('is-dragged');
  event.dataTransfer.effectAllowed = 'move';
  event.dataTransfer.setData('text/plain', row.dataset.line);
});
document.addEventListener('dragover', (event) => {
  const row = dragged && event.target.closest?.('.mg tbody tr');
  if (!row) return;
  event.preventDefault();
  mark(row, isBelow(event, row));
});
document.addEventListener('drop', (event) => {
  const row = dragged && event.target.closest?.('.mg tbody tr');
  if (!row) return;
  event.preventDefault();
  const next = isBelow(event, row) ? row.nextElementSibling : row;
  const before = next?.matches('[data-line]') ? next : following(next);
  const form = document.getElementById('order-form');
  if (!form || before === dragged) return;
  form.elements.line.value = dragged.dataset.line;
  form.elements.before.value = before?.dataset.line ?? '';
  form.requestSubmit();
});
document.addEventListener('dragend', () => {
  dragged?.classList.remove('is-dragged');
  dragged = null;
  mark(null);
});

function following(row) {
  let next = row;
  while (next && !next.matches('[data-line]')) next = next.nextElementSibling;
  return next;
}

function isBelow(event, row) {
  const box = row.getBoundingClientRect();
  return event.clientY > box.top + box.height / 2;
}

function mark(row, below) {
  for (const one of document.querySelectorAll('.mg .drop-above, .mg .drop-below')) one.classList.remove('drop-above', 'drop-below');
  row?.classList.add(below ? 'drop-below' : 'drop-above');
}

ready();
// with a place in the address the browser gives no field the focus
if (document.activeElement === document.body) document.querySelector('tr.editing [form="row-form"][name="name"]')?.focus();
