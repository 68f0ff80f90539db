// Takes every life a connection can have, level by level, and ends with 1 if one of them breaks a promise or a level has no end. Needs a built dist.
//   npm run check:model -- --level small --level large --json
// With --json, each level is one line: level, configurations, transitions, seconds, violations (how many), closed, and the stories of the violations.
import { parseArgs } from 'node:util';
import { checkModel, levels, printViolation } from '../dist/testing/index.js';

const { values: options } = parseArgs({
  options: {
    level: { type: 'string', multiple: true },
    json: { type: 'boolean', default: false },
  },
});

const names = options.level ?? levels.map(({ name }) => name);
const unknown = names.filter((name) => !levels.some((level) => level.name === name));
if (unknown.length > 0) {
  console.error(
    `No level is called ${unknown.join(', ')}: there are ${levels.map(({ name }) => name).join(', ')}.`,
  );
  process.exit(2);
}

const results = levels.filter(({ name }) => names.includes(name)).map(check);
process.exitCode = results.every(Boolean) ? 0 : 1;

function check({ name, description, model }) {
  const { configurations, transitions, seconds, closed, violations } = checkModel(model());
  const stories = violations.map(printViolation);
  if (options.json) {
    const figures = { configurations, transitions, seconds: Number(seconds.toFixed(3)) };
    console.log(JSON.stringify({ level: name, ...figures, violations: violations.length, closed, stories }));
  } else {
    const [space, steps] = [configurations, transitions].map((count) => count.toLocaleString('en'));
    console.log(`${name}: ${description}`);
    console.log(
      `  ${space} configurations, ${steps} transitions, ${seconds.toFixed(1)} s, ${violations.length} violations`,
    );
    for (const story of stories) console.log(story);
  }
  return closed && violations.length === 0;
}
