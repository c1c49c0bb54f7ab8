// The few things that only the browser can do. Loaded before the first paint.
(() => {
  'use strict';
  const name = 'loramesh-theme';
  const chosen = () => document.cookie.split('; ').find(cookie => cookie.startsWith(name + '='))?.split('=')[1];
  const isDark = () => (chosen() ?? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light')) === 'dark';
  const paint = () => { document.documentElement.dataset.theme = isDark() ? 'dark' : 'light'; };
  const setDark = dark => {
    document.cookie = `${name}=${dark ? 'dark' : 'light'}; path=/; max-age=31536000; samesite=strict`;
    paint();
  };
  if (!chosen()) setDark(isDark());
  paint();
  // The router takes links for its own, and would scroll without moving the focus.
  document.addEventListener('click', event => {
    if (event.target.closest?.('a.skip')) {
      event.preventDefault();
      event.stopPropagation();
      document.getElementById('content')?.focus();
    }
  }, true);
  // Says that the page is connected: from now on what is clicked is heard.
  const live = () => { document.documentElement.dataset.live = 'true'; return isDark(); };
  window.loramesh = { live, setDark };
})();
