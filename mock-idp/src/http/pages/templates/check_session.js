
'use strict';
(() => {
  // FIPS 180-4, 4.2.2 and 5.3.3
  const ROUNDS = [
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
  ];
  const START = [
    0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
    0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
  ];

  const rotated = (word, by) => (word >>> by) | (word << (32 - by));

  // the padded message as words of 32 bits (FIPS 180-4, 5.1.1)
  function words(text) {
    const bytes = new TextEncoder().encode(text);
    const padded = new Uint8Array((((bytes.length + 8) >> 6) + 1) << 6);
    padded.set(bytes);
    padded[bytes.length] = 0x80;
    const view = new DataView(padded.buffer);
    view.setUint32(padded.length - 8, Math.floor(bytes.length / 0x20000000));
    view.setUint32(padded.length - 4, bytes.length << 3);
    return Array.from({ length: padded.length / 4 }, (_, at) => view.getUint32(at * 4));
  }

  function schedule(block) {
    const all = block.slice();
    for (let at = 16; at < 64; at += 1) {
      const early = all[at - 15];
      const late = all[at - 2];
      const one = rotated(early, 7) ^ rotated(early, 18) ^ (early >>> 3);
      const two = rotated(late, 17) ^ rotated(late, 19) ^ (late >>> 10);
      all.push((all[at - 16] + one + all[at - 7] + two) >>> 0);
    }
    return all;
  }

  function compressed(state, block) {
    let [a, b, c, d, e, f, g, h] = state;
    schedule(block).forEach((word, round) => {
      const one = rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25);
      const first = (h + one + ((e & f) ^ (~e & g)) + ROUNDS[round] + word) >>> 0;
      const two = rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22);
      const second = (two + ((a & b) ^ (a & c) ^ (b & c))) >>> 0;
      [h, g, f, e, d, c, b, a] = [g, f, e, (d + first) >>> 0, c, b, a, (first + second) >>> 0];
    });
    return [a, b, c, d, e, f, g, h].map((word, at) => (word + state[at]) >>> 0);
  }

  function sha256(text) {
    const all = words(text);
    let state = START;
    for (let at = 0; at < all.length; at += 16) {
      state = compressed(state, all.slice(at, at + 16));
    }
    return state.map((word) => word.toString(16).padStart(8, '0')).join('');
  }

  function browserState() {
    const name = 'mock_idp_state=';
    const found = document.cookie.split('; ').find((pair) => pair.startsWith(name));
    return found === undefined ? '' : found.slice(name.length);
  }

  // where the page around this frame comes from, as far as the browser tells
  function parentOrigin() {
    if (location.ancestorOrigins && location.ancestorOrigins.length > 0) {
      return location.ancestorOrigins[0];
    }
    try {
      return new URL(document.referrer).origin;
    } catch {
      return undefined;
    }
  }

  function answer(message, origin) {
    const parent = parentOrigin();
    const parts = /^(.+) ([0-9a-f]{64}\.([A-Za-z0-9_-]+))$/s.exec(message);
    if (typeof message !== 'string' || parts === null || (parent !== undefined && parent !== origin)) {
      return 'error';
    }
    const [, client, known, salt] = parts;
    const now = `${sha256(`${client} ${origin} ${browserState()} ${salt}`)}.${salt}`;
    return now === known ? 'unchanged' : 'changed';
  }

  addEventListener('message', (event) => {
    if (event.source !== null) {
      event.source.postMessage(answer(event.data, event.origin), event.origin);
    }
  });
})();
