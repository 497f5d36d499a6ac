import sharp from 'sharp';

// One thread a picture: the process decodes many at once, and more threads each would only make them wait for another.
sharp.concurrency(1);
// Every picture is seen once. A cache would hold memory and, worse, answer for an older file of the same path.
sharp.cache(false);

export { sharp };
