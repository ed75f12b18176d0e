// What all pictures share: colours from the page's tokens, words and numbers. Nothing moves: they are read, not watched.

/** Fonts, colours and formats for one picture. */
export function look(data, narrow) {
  const root = getComputedStyle(document.documentElement);
  const font = getComputedStyle(document.body).fontFamily;
  const token = (name) => root.getPropertyValue(`--${name}`).trim();
  const digits = new Intl.NumberFormat(data.language, { maximumFractionDigits: 2 });
  const round = new Intl.NumberFormat(data.language, { maximumFractionDigits: 0 });
  const ink = token('ink');
  const quiet = token('ink-2');
  return {
    narrow, token, font, ink, quiet,
    exact: (value) => `${digits.format(value)} ${data.unit}`,
    short: (value) => (Math.abs(value) >= 100 ? round : digits).format(value),
    base: {
      animation: false,
      textStyle: { fontFamily: font, color: quiet, fontSize: 12 },
      aria: { enabled: true, label: { enabled: false } },
    },
    legend: {
      show: true, top: 0, left: 0, itemWidth: 14, itemHeight: 10, itemGap: 14,
      textStyle: { color: quiet, fontSize: 12, fontFamily: font },
    },
    names: (list, more = {}) => ({
      type: 'category', data: list, axisTick: { show: false }, axisLine: { lineStyle: { color: token('line-2') } },
      axisLabel: { color: ink, fontSize: 12, interval: 0 }, ...more,
    }),
    amounts: (more = {}) => ({
      type: 'value', splitNumber: 4, splitLine: { lineStyle: { color: token('line') } },
      axisLabel: { color: quiet, fontSize: 12, formatter: (value) => round.format(value) }, ...more,
    }),
  };
}

/** A long name in as many wide characters as there is room for (two narrow ones count as one); the hint says it whole. */
export function cropped(text, most) {
  let room = most;
  for (const [place, sign] of [...text].entries()) {
    room -= sign > '\u2e7f' ? 1 : 0.5;
    if (room < 0) return `${[...text].slice(0, Math.max(place - 1, 1)).join('')}…`;
  }
  return text;
}
