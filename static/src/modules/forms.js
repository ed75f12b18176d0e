// Forms: sent once, with a word while waiting; a changed form asks before it is left.
const sent = new WeakSet();

document.addEventListener('submit', (event) => {
  const form = event.target;
  if (event.defaultPrevented) return;
  if (sent.has(form)) return event.preventDefault();
  if (form.method.toLowerCase() !== 'post' || isFragment(form)) return;
  sent.add(form);
  form.removeAttribute('data-dirty');
  const button = event.submitter ?? form.querySelector('[type=submit]');
  // after the browser has read the button's name and value
  setTimeout(() => wait(button));
});

/** htmx answers these in place. */
function isFragment(form) {
  return ['hx-post', 'hx-put', 'hx-patch', 'hx-delete'].some((name) => form.hasAttribute(name));
}

function wait(button) {
  if (!button) return;
  button.setAttribute('aria-busy', 'true');
  if (!button.dataset.busy) return;
  button.dataset.label = button.innerHTML;
  button.textContent = button.dataset.busy;
}

// Back from the page's cache: everything can be pressed again.
addEventListener('pageshow', (event) => {
  if (!event.persisted) return;
  for (const button of document.querySelectorAll('[aria-busy=true]')) {
    button.removeAttribute('aria-busy');
    if (button.dataset.label) button.innerHTML = button.dataset.label;
    if (button.form) sent.delete(button.form);
  }
});

document.addEventListener('input', (event) => {
  event.target.closest?.('form[data-guard]')?.setAttribute('data-dirty', '');
});
addEventListener('beforeunload', (event) => {
  if (document.querySelector('form[data-dirty]')) event.preventDefault();
});
