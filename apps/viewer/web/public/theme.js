// Before the first paint, and outside the bundle: a chosen theme must not flash the other one.
try {
  const theme = localStorage.getItem('kadr.theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch {
  // Storage is blocked: the system's theme it is.
}
