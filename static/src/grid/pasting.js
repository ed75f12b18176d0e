// A block from a spreadsheet: into the grid from the cell on that holds the cursor, else into the form for pasting.
import { forget } from './saving.js';

document.addEventListener('paste', (event) => {
  const cell = event.target.closest?.('[form="row-form"]');
  const isElsewhere = event.target.closest?.('input, textarea, select, [contenteditable]') && !cell;
  const text = event.clipboardData?.getData('text/plain') ?? '';
  const isBlock = /[\t\n]/.test(text.replace(/\r?\n$/, ''));
  if (isElsewhere || !isBlock || !document.querySelector('.gridtools')) return;
  event.preventDefault();
  const form = document.getElementById('paste-form');
  if (!cell || !form) return ask(text);
  forget();
  form.elements.column.value = cell.name;
  form.elements.text.value = text;
  form.requestSubmit();
});

/** Put the block into the form as soon as the dialog shows it. */
function ask(text) {
  const link = document.querySelector('.gridtools a[data-dialog]');
  const dialog = document.getElementById('page-dialog');
  const watcher = new MutationObserver(() => {
    const field = dialog.querySelector('textarea[name=text]');
    if (!field) return;
    watcher.disconnect();
    field.value = text;
    field.focus();
  });
  watcher.observe(dialog, { childList: true, subtree: true });
  link.click();
}
