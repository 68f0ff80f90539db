import { describe, expect, it } from 'vitest';
import { readActions } from '../../src/companion/definitions/action.ts';
import { readFeedbacks } from '../../src/companion/definitions/feedback.ts';
import { readFields } from '../../src/companion/definitions/input-field.ts';
import { readLogLine } from '../../src/companion/definitions/log-line.ts';
import { readPresets } from '../../src/companion/definitions/preset.ts';
import { readSections } from '../../src/companion/definitions/preset-section.ts';
import { readStatus } from '../../src/companion/definitions/status.ts';
import { readValues, readVariables } from '../../src/companion/definitions/variable.ts';

const oddities: readonly unknown[] = [
  undefined,
  null,
  5,
  'text',
  {},
  [null, 5, 'x', [], {}, { id: 7 }, { id: '' }],
];

describe('A field', () => {
  const field = (given: object) => readFields([{ id: 'a', type: 'textinput', ...given }])[0];

  it.each([
    [
      '1.0: a function, without a type',
      { isVisibleFn: '(o) => o.b' },
      { kind: 'function', source: '(o) => o.b' },
    ],
    [
      '1.12: a function with data',
      { isVisibleFn: '(o, d) => d.x', isVisibleFnType: 'function', isVisibleData: { x: 1 } },
      { kind: 'function', source: '(o, d) => d.x', data: { x: 1 } },
    ],
    [
      '1.12: an expression',
      { isVisibleFn: '$(options:b)', isVisibleFnType: 'expression' },
      { kind: 'expression', source: '$(options:b)' },
    ],
    [
      '2.0: an expression',
      { isVisibleExpression: '$(options:b)' },
      { kind: 'expression', source: '$(options:b)' },
    ],
  ])('says when it is visible in one way (%s)', (_version, given, visibility) => {
    expect(field(given)?.visibility).toMatchObject(visibility);
  });

  it.each([
    ['1.x', { required: true }, true],
    ['1.x', { required: false }, false],
    ['2.0', { minLength: 1 }, true],
    ['2.0', { minLength: 0 }, false],
  ])('says in one way whether it is required (%s, %o)', (_version, given, isRequired) => {
    expect(field(given)?.isRequired).toBe(isRequired);
  });

  it.each([
    ['1.0', { useVariables: true }, true],
    ['1.8', { useVariables: { local: true } }, true],
    ['1.0', {}, false],
  ])('says in one way whether it takes variables (%s, %o)', (_version, given, takesVariables) => {
    expect(field(given)?.takesVariables).toBe(takesVariables);
  });

  it('has limits of numbers and of selections in the same place', () => {
    expect(field({ type: 'number', min: 1, max: 9, step: 2 })).toMatchObject({ min: 1, max: 9, step: 2 });
    expect(field({ type: 'multidropdown', minSelection: 1, maxSelection: 2 })).toMatchObject({
      min: 1,
      max: 2,
    });
    expect(field({})).toMatchObject({ min: null, max: null, step: null });
  });

  it('has choices that are objects, also where a module wrote texts', () => {
    expect(
      field({ type: 'dropdown', choices: [{ id: 1, label: 'One' }, { id: 'b' }, 'c'] })?.choices,
    ).toEqual([
      { id: 1, label: 'One' },
      { id: 'b', label: 'b' },
      { id: 'c', label: 'c' },
    ]);
  });

  it('is secret by its type', () => {
    expect(field({ type: 'secret-text' })).toMatchObject({ isSecret: true });
    expect(field({})).toMatchObject({
      isSecret: false,
      label: '',
      tooltip: null,
      description: null,
      width: null,
    });
  });

  it('counts once, the later one, when its id comes twice', () => {
    expect(readFields([{ id: 'a', label: '1' }, { id: 'b' }, { id: 'a', label: '2' }])).toMatchObject([
      { id: 'a', label: '2' },
      { id: 'b' },
    ]);
  });
});

describe('An action', () => {
  const action = (given: object) =>
    readActions([{ id: 'a', name: 'A', options: [{ id: 'x' }, { id: 'y' }], ...given }]).get('a');

  it.each([
    ['0.5: for all options', {}, ['x', 'y']],
    ['1.13: but for some', { optionsToIgnoreForSubscribe: ['y'] }, ['x']],
    ['2.0: for some', { optionsToMonitorForSubscribe: ['y'] }, ['y']],
  ])('says which options it subscribes for in one way (%s)', (_version, given, subscribesOn) => {
    expect(action(given)?.subscribesOn).toEqual(subscribesOn);
  });

  it.each([
    ['0.5', {}, true],
    ['1.12', { hasLifecycleFunctions: false }, false],
    ['1.12', { hasLifecycleFunctions: true }, true],
  ])('is subscribed unless it says otherwise (%s, %o)', (_version, given, isSubscribed) => {
    expect(action(given)?.isSubscribed).toBe(isSubscribed);
  });

  it('has the name of its id, is sorted by its name and learns within 5 s, unless it says otherwise', () => {
    expect(readActions([{ id: 'a' }]).get('a')).toMatchObject({
      name: 'a',
      sortName: 'a',
      learnTimeout: 5000,
      hasLearn: false,
      fields: [],
    });
    expect(action({ sortName: '0', learnTimeout: 9, hasLearn: true })).toMatchObject({
      sortName: '0',
      learnTimeout: 9,
      hasLearn: true,
    });
  });
});

describe('A feedback', () => {
  const feedback = (given: object) => readFeedbacks([{ id: 'f', type: 'boolean', ...given }]).get('f');

  it.each([
    ['0.5', {}, true],
    ['1.5', { showInvert: true }, true],
    ['1.5', { showInvert: false }, false],
    ['1.13', { type: 'value' }, false],
    ['0.5', { type: 'advanced' }, false],
  ])('can be inverted if it is boolean and nothing else is said (%s, %o)', (_version, given, canInvert) => {
    expect(feedback(given)?.canInvert).toBe(canInvert);
  });

  it.each([
    ['a number', 0xff8000, '#ff8000'],
    ['a number that is half transparent', 0x80ff8000, '#ff80007f'],
    ['a text', 'rgb(1, 2, 3)', 'rgb(1, 2, 3)'],
    ['nothing that is a colour', {}, undefined],
  ])('has colours as CSS, from %s', (_kind, color, expected) => {
    expect(feedback({ defaultStyle: { color, size: 14 } })?.defaultStyle).toEqual({
      size: 14,
      ...(expected !== undefined && { color: expected }),
    });
  });
});

describe('A preset', () => {
  const preset = (given: object) => readPresets([{ id: 'p', type: 'button', ...given }]).get('p');

  it.each([
    ['1.0: a list', { 2000: [{ actionId: 'x' }] }, false],
    [
      '1.3: a list with options',
      { 2000: { options: { runWhileHeld: true }, actions: [{ actionId: 'x' }] } },
      true,
    ],
  ])('has what is done when it was held in one shape (%s)', (_version, step, whileHeld) => {
    expect(preset({ steps: [{ down: [], up: [], ...step }] })?.steps[0]?.held).toEqual([
      { after: 2000, whileHeld, actions: [{ actionId: 'x', delay: 0, options: {}, headline: null }] },
    ]);
  });

  it('has steps in one shape where two stand beside each other', () => {
    const down = [{ actionId: 'x', options: { a: 1 }, delay: 5 }];
    expect(preset({ steps: [{ down }, { action_sets: { down } }] })?.steps.map((step) => step.down)).toEqual([
      [{ ...down[0], headline: null }],
      [{ ...down[0], headline: null }],
    ]);
  });

  it('has plain options, but for expressions', () => {
    const options = { a: { isExpression: false, value: 1 }, b: { isExpression: true, value: '1 + 1' }, c: 3 };
    expect(preset({ feedbacks: [{ feedbackId: 'f', options }] })?.feedbacks[0]?.options).toEqual({
      a: 1,
      b: { isExpression: true, value: '1 + 1' },
      c: 3,
    });
  });

  it.each([
    ['1.0: said', { options: { rotaryActions: true } }, true],
    ['2.0: seen', { steps: [{ rotate_left: [{ actionId: 'x' }] }] }, true],
    ['none', { steps: [{ down: [] }] }, false],
  ])('says whether it is turned (%s)', (_version, given, isRotary) => {
    expect(preset(given)?.isRotary).toBe(isRotary);
  });

  it('has variables of its own and keywords (2.0)', () => {
    const localVariables = [{ variableName: 'n', variableType: 'simple', startupValue: 4 }];
    expect(preset({ localVariables, keywords: ['light'] })).toMatchObject({
      localVariables: new Map([['n', 4]]),
      keywords: ['light'],
      goesOn: true,
    });
  });

  it('is in a section, by its category (1.x), and texts are headings in it', () => {
    const presets = [
      { id: 'a', type: 'button', category: 'Lights' },
      { id: 'h', type: 'text', category: 'Lights', name: 'More', text: 'Words' },
      { id: 'b', type: 'button', category: 'Lights' },
      { id: 'c', type: 'button', category: 'Sound' },
    ];
    expect([...readPresets(presets).keys()]).toEqual(['a', 'b', 'c']);
    expect(readSections(presets, undefined)).toMatchObject([
      {
        name: 'Lights',
        groups: [
          { id: null, name: null, presets: ['a'] },
          { id: 'h', name: 'More', description: 'Words', presets: ['b'] },
        ],
      },
      { name: 'Sound', groups: [{ presets: ['c'] }] },
    ]);
  });

  it('is in the sections and groups that the module names (2.0), also many times by a template', () => {
    const structure = [
      { id: 's', name: 'S', definitions: ['a', 'b'] },
      {
        id: 't',
        name: 'T',
        definitions: [
          { id: 'g', type: 'simple', name: 'G', presets: ['c'] },
          {
            id: 'm',
            type: 'template',
            name: 'M',
            presetId: 'd',
            templateVariableName: 'n',
            templateValues: [{ name: 'One', value: 1 }, { value: 2 }],
            commonVariableValues: { k: 0 },
          },
        ],
      },
    ];
    expect(readSections([], structure)).toMatchObject([
      { id: 's', groups: [{ name: null, presets: ['a', 'b'], template: null }] },
      {
        id: 't',
        groups: [
          { id: 'g', presets: ['c'], template: null },
          {
            id: 'm',
            presets: ['d'],
            template: {
              variable: 'n',
              values: [
                { name: 'One', value: 1 },
                { name: null, value: 2 },
              ],
              shared: { k: 0 },
            },
          },
        ],
      },
    ]);
  });
});

describe('What modules in the field say', () => {
  it('has the name of its id where a variable has none, and counts once where it is defined twice', () => {
    expect([
      ...readVariables([{ id: 'a' }, { id: 'b', name: 'B' }, { id: 'a', name: 'A' }]).values(),
    ]).toEqual([
      { id: 'a', name: 'A' },
      { id: 'b', name: 'B' },
    ]);
  });

  it('may be values that are lists, null or missing', () => {
    expect(readValues([{ id: 'a', value: [1] }, { id: 'b', value: null }, { id: 'c' }])).toEqual(
      new Map<string, unknown>([
        ['a', [1]],
        ['b', undefined],
        ['c', undefined],
      ]),
    );
  });

  it.each([
    [
      { level: 'warn', message: 'a' },
      { level: 'warn', message: 'a', source: null },
    ],
    [
      { level: 'loud', message: ['a', { b: 1 }] },
      { level: 'info', message: 'a {"b":1}', source: null },
    ],
    [{ source: 'tcp' }, { level: 'info', message: '', source: 'tcp' }],
  ])('may be a log line %o', (given, line) => {
    expect(readLogLine(new Map(Object.entries(given)))).toEqual(line);
  });

  it.each([
    [
      { status: 'ok', message: null },
      { status: 'ok', message: null },
    ],
    [
      { status: 'insufficient_permissions', message: 'b' },
      { status: 'insufficient_permissions', message: 'b' },
    ],
    [{ message: 'a' }, { status: null, message: 'a' }],
    [{ status: 'great' }, { status: null, message: null }],
  ])('may be a status %o', (given, status) => {
    expect(readStatus(new Map(Object.entries(given)))).toEqual(status);
  });

  it.each(oddities.map((odd) => [odd]))('may be %o instead of a list, and that is an empty one', (odd) => {
    expect(readFields(odd)).toEqual([]);
    for (const read of [readActions, readFeedbacks, readPresets, readVariables])
      expect(read(odd)).toEqual(new Map());
    expect(readValues(5)).toEqual(new Map());
    expect(readSections({}, odd)).toBeInstanceOf(Array);
  });
});
