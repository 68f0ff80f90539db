const { combineRgb } = require('@companion-module/base');

const channelOf = (mixer) => ({
  type: 'number',
  id: 'channel',
  label: 'Channel',
  default: 1,
  min: 1,
  max: mixer.channels.length,
});

exports.actionsOf = (mixer) => ({
  fader: {
    name: 'Set a fader',
    options: [
      channelOf(mixer),
      { type: 'number', id: 'level', label: 'Level in dB', default: 0, min: -90, max: 10 },
    ],
    callback: ({ options }) => {
      mixer.channel(options.channel).fader = Number(options.level);
      mixer.show();
    },
    learn: ({ options }) => ({ ...options, level: mixer.channel(options.channel).fader }),
  },
  mute: {
    name: 'Mute a channel or open it',
    options: [channelOf(mixer), { type: 'checkbox', id: 'muted', label: 'Muted', default: true }],
    callback: ({ options }) => {
      mixer.channel(options.channel).muted = Boolean(options.muted);
      mixer.show();
    },
  },
});

exports.feedbacksOf = (mixer) => ({
  muted: {
    type: 'boolean',
    name: 'The channel is muted',
    options: [channelOf(mixer)],
    defaultStyle: { bgcolor: combineRgb(200, 0, 0), color: combineRgb(255, 255, 255) },
    callback: ({ options }) => mixer.channel(options.channel).muted,
  },
});

exports.variablesOf = (channels) => [
  { variableId: 'seconds', name: 'Seconds since the start' },
  ...channels.flatMap(({ number }) => [
    { variableId: `fader_${number}`, name: `Fader of channel ${number} in dB` },
    { variableId: `meter_${number}`, name: `Meter of channel ${number} in dB` },
  ]),
];
