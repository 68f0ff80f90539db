// Takes every life a connection can have, level by level, and ends with 1 if one of them breaks a promise or a level has no end. Needs a built dist.
//   npm run check:model -- --level small --level large --json
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
if (options.json) console.log(JSON.stringify(results, null, 2));
process.exitCode = results.every(({ closed, violations }) => closed && violations.length === 0) ? 0 : 1;

function check({ name, description, model }) {
  const { configurations, transitions, seconds, closed, violations } = checkModel(model());
  if (!options.json) {
    const figures = `${configurations.toLocaleString('en')} configurations, ${transitions.toLocaleString('en')} transitions, ${seconds.toFixed(1)} s`;
    console.log(`${name.padEnd(10)} ${figures}: ${violations.length} violations`);
    console.log(`           ${description}`);
    for (const violation of violations) console.log(printViolation(violation));
  }
  return {
    level: name,
    configurations,
    transitions,
    seconds: Number(seconds.toFixed(3)),
    closed,
    violations,
  };
}
