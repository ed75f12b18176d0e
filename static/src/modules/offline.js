// Without a connection the page says so, and forms wait: what is typed is not lost in the browser's own error page.
import { say } from './messages.js';

const root = document.documentElement;

function show() {
  const line = document.querySelector('[data-offline]');
  if (line) line.hidden = navigator.onLine;
}

addEventListener('online', show);
addEventListener('offline', show);
document.addEventListener('submit', (event) => {
  if (navigator.onLine) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  say(root.dataset.sayOffline, 'amber');
}, true);
show();
