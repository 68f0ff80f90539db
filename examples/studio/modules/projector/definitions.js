const { combineRgb } = require('@companion-module/base');

const inputs = ['HDMI1', 'HDMI2', 'SDI'].map((id) => ({ id, label: id }));
const power = [
  { id: 'ON', label: 'On' },
  { id: 'OFF', label: 'Off' },
];
const white = combineRgb(255, 255, 255);
const black = combineRgb(0, 0, 0);
const green = combineRgb(0, 120, 60);

exports.actionsOf = (projector) => ({
  power: {
    name: 'Switch the power',
    options: [{ type: 'dropdown', id: 'to', label: 'To', choices: power, default: 'ON' }],
    callback: ({ options }) => projector.command(`POWER ${options.to}`),
  },
  input: {
    name: 'Choose the input',
    options: [{ type: 'dropdown', id: 'to', label: 'Input', choices: inputs, default: 'HDMI1' }],
    callback: ({ options }) => projector.command(`INPUT ${options.to}`),
    learn: () => ({ to: projector.state.input ?? 'HDMI1' }),
  },
});

exports.feedbacksOf = (projector) => ({
  power_is: {
    type: 'boolean',
    name: 'The power is',
    options: [{ type: 'dropdown', id: 'is', label: 'State', choices: power, default: 'ON' }],
    defaultStyle: { bgcolor: green, color: white },
    callback: ({ options }) => projector.state.power === options.is,
  },
  input_is: {
    type: 'boolean',
    name: 'The input is',
    options: [{ type: 'dropdown', id: 'is', label: 'Input', choices: inputs, default: 'HDMI1' }],
    defaultStyle: { bgcolor: green, color: white },
    callback: ({ options }) => projector.state.input === options.is,
  },
});

exports.variables = [
  { variableId: 'power', name: 'Power: ON, OFF or WARMING' },
  { variableId: 'input', name: 'Input' },
  { variableId: 'lamp', name: 'Hours of the lamp' },
  { variableId: 'temperature', name: 'Temperature in degrees Celsius' },
];

exports.presets = {
  on: {
    type: 'button',
    category: 'Power',
    name: 'On',
    style: { text: 'Projector\\n$(projector:power)', size: '14', color: white, bgcolor: black },
    steps: [{ down: [{ actionId: 'power', options: { to: 'ON' } }], up: [] }],
    feedbacks: [{ feedbackId: 'power_is', options: { is: 'ON' }, style: { bgcolor: green } }],
  },
};
