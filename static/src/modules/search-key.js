// "/" goes to the search field, unless someone is typing.
import { isTyping } from './keys.js';

document.addEventListener('keydown', (event) => {
  if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  const field = document.querySelector('[data-search-field]');
  if (!field) return;
  event.preventDefault();
  field.focus();
  field.select();
});
