// A link that opens a page as a dialog (data-dialog), or a dialog that is in the page (data-opens).
// Without scripts the link leads to the page itself.
import { say } from './messages.js';

const root = document.documentElement;

document.addEventListener('click', (event) => {
  if (event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const opener = event.target.closest('[data-opens]');
  if (opener) {
    const dialog = document.getElementById(opener.dataset.opens);
    if (!dialog) return;
    event.preventDefault();
    return dialog.showModal();
  }
  const link = event.target.closest('a[data-dialog]');
  if (link) {
    event.preventDefault();
    return openPage(link);
  }
  if (event.target.closest('dialog [data-close]') || event.target.matches('dialog.dlg')) {
    event.target.closest('dialog').close();
  }
});

async function openPage(link) {
  try {
    const response = await fetch(link.href, { credentials: 'same-origin' });
    if (response.redirected || !response.ok) return location.assign(link.href);
    const page = new DOMParser().parseFromString(await response.text(), 'text/html');
    const content = page.querySelector('[data-dialog-part]') ?? page.querySelector('main');
    const dialog = document.getElementById('page-dialog');
    dialog.classList.toggle('drawer', link.dataset.dialog === 'drawer');
    dialog.classList.toggle('is-wide', link.dataset.dialog === 'wide');
    dialog.querySelector('h2').textContent = page.querySelector('main h1')?.textContent ?? link.textContent;
    dialog.querySelector('.dlg-b').replaceChildren(...content.childNodes);
    // a form without an address belongs to the page it came from
    for (const form of dialog.querySelectorAll('form:not([action]), form[action=""]')) form.action = link.href;
    window.htmx?.process(dialog);
    dialog.showModal();
  } catch {
    say(root.dataset.sayOffline, 'red');
  }
}

// What a closed dialog held would stand twice in the page.
document.addEventListener('close', (event) => {
  if (event.target.id === 'page-dialog') event.target.querySelector('.dlg-b').replaceChildren();
}, true);
