// "/" goes to the search field, unless someone is typing; what is typed before the page is ready gets its suggestions too.
import { isTyping } from './keys.js';

document.addEventListener('keydown', (event) => {
  if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  const field = document.querySelector('[data-search-field]');
  if (!field) return;
  event.preventDefault();
  field.focus();
  field.select();
});

// htmx begins to listen a moment after the page has loaded: the input before that has told nobody.
document.addEventListener('htmx:after:init', ({ target }) => {
  if (!target.matches('[data-search-field]:focus') || target.value === target.defaultValue) return;
  target.dispatchEvent(new Event('input', { bubbles: true }));
});
