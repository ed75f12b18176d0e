// Filters apply when they change: a choice at once, text after a pause.
const PAUSE = 400;
let timer;

function later(form, wait) {
  clearTimeout(timer);
  timer = setTimeout(() => form.requestSubmit(), wait);
}

document.addEventListener('change', (event) => {
  const form = event.target.closest?.('form[data-autosubmit]');
  if (form && !event.target.matches('[type=search], [type=text]')) later(form, 0);
});
document.addEventListener('input', (event) => {
  const form = event.target.closest?.('form[data-autosubmit][hx-get]');
  if (form && event.target.matches('[type=search], [type=text]') && !event.isComposing) later(form, PAUSE);
});
// Empty filters stay out of the address, so that it can be read and sent to a colleague.
document.addEventListener('formdata', (event) => {
  if (!event.target.matches('form[data-autosubmit]')) return;
  for (const [name, value] of [...event.formData]) if (value === '') event.formData.delete(name);
});
