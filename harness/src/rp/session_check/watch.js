'use strict';
// What this frame is told by the page around it: whom to ask, what to say, and where to go when something has changed.
const { provider, message, changed } = document.currentScript.dataset;

// "The RP iframe polls the OP iframe with postMessage at an interval suitable for the RP application." (OIDCSM-3.1)
const timer = setInterval(() => {
  // the second argument: nobody else is told, should the provider's frame show somebody else's page
  parent.document.getElementById('op').contentWindow.postMessage(message, provider);
}, 1000);

addEventListener('message', (event) => {
  // "It MUST reject postMessage requests from any other source origin" (OIDCSM-3.1)
  if (event.origin !== provider) return;
  // "Upon receipt of `error`, the RP MUST NOT perform re-authentication with `prompt=none`" (OIDCSM-3.1)
  if (event.data === 'error') clearInterval(timer);
  // "Upon receipt of `changed`, the RP MUST perform re-authentication with `prompt=none`" (OIDCSM-3.1)
  if (event.data === 'changed') {
    clearInterval(timer);
    location.replace(changed);
  }
});
