// What the pointer is on, in words: the `said` lines of a datum, beside the pointer and inside the picture.
export function hint(chart, field) {
  const box = document.createElement('div');
  box.className = 'fig-hint';
  box.hidden = true;
  field.append(box);
  chart.on('mouseover', ({ data }) => {
    box.hidden = !data?.said;
    box.textContent = data?.said ?? '';
    chart.getZr().setCursorStyle(data?.url ? 'pointer' : 'default');
  });
  chart.on('mousemove', ({ event }) => {
    const room = field.clientWidth - box.offsetWidth - 4;
    box.style.left = `${Math.max(0, Math.min(event.offsetX + 14, room))}px`;
    box.style.top = `${Math.max(0, event.offsetY - box.offsetHeight - 10)}px`;
  });
  chart.on('mouseout', () => { box.hidden = true; });
  chart.on('globalout', () => { box.hidden = true; });
}
