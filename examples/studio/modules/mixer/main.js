const { InstanceBase, InstanceStatus, runEntrypoint } = require('@companion-module/base');
const { actionsOf, feedbacksOf, variablesOf } = require('./definitions.js');

const meterInterval = 1000;
const silence = -90;

class Mixer extends InstanceBase {
  channels = [];
  #seconds = 0;
  #meter;

  async init(config) {
    this.#build(config);
    this.#meter = setInterval(() => this.#moveMeters(), meterInterval);
    this.updateStatus(InstanceStatus.Ok, `${this.channels.length} channels`);
  }

  async configUpdated(config) {
    this.#build(config);
    this.updateStatus(InstanceStatus.Ok, `${this.channels.length} channels`);
  }

  async destroy() {
    clearInterval(this.#meter);
  }

  getConfigFields() {
    return [
      { type: 'number', id: 'channels', label: 'Channels', width: 4, default: 4, min: 1, max: 32 },
      { type: 'secret-text', id: 'pin', label: 'PIN of the desk', width: 4, default: '' },
    ];
  }

  channel(number) {
    const channel = this.channels[number - 1];
    if (!channel) throw new Error(`There is no channel ${number}; this mixer has ${this.channels.length}`);
    return channel;
  }

  /** Tells what is true now. */
  show() {
    const values = { seconds: this.#seconds };
    for (const { number, fader, muted } of this.channels) {
      values[`fader_${number}`] = fader;
      values[`meter_${number}`] = muted
        ? silence
        : Math.round(fader - 12 + 6 * Math.sin(this.#seconds + number));
    }
    this.setVariableValues(values);
    this.checkFeedbacks('muted');
  }

  #build({ channels = 4 }) {
    this.channels = Array.from({ length: channels }, (_, index) => ({
      number: index + 1,
      fader: 0,
      muted: false,
    }));
    this.setVariableDefinitions(variablesOf(this.channels));
    this.setActionDefinitions(actionsOf(this));
    this.setFeedbackDefinitions(feedbacksOf(this));
    this.show();
  }

  #moveMeters() {
    this.#seconds++;
    this.show();
  }
}

runEntrypoint(Mixer, []);
