// A proposal without the mouse: Ctrl Enter confirms, N leads to the next one. Both do what the buttons do.
import { isTyping } from '../modules/keys.js';

document.addEventListener('keydown', (event) => {
  if (isTyping(event.target) || document.querySelector('dialog[open], details.ask[open]')) return;
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
    const form = document.querySelector('[data-confirm] form');
    if (!form) return;
    event.preventDefault();
    return form.requestSubmit();
  }
  const next = document.querySelector('a[data-next]');
  if (event.key.toLowerCase() === 'n' && next && !event.ctrlKey && !event.metaKey && !event.altKey) location.assign(next.href);
});
