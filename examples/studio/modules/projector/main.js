const { InstanceBase, InstanceStatus, runEntrypoint, TCPHelper } = require('@companion-module/base');
const { actionsOf, feedbacksOf, presets, variables } = require('./definitions.js');

const pollInterval = 2000;

class Projector extends InstanceBase {
  state = {};
  #rest = '';
  #socket;
  #poll;

  async init(config) {
    this.setActionDefinitions(actionsOf(this));
    this.setFeedbackDefinitions(feedbacksOf(this));
    this.setPresetDefinitions(presets);
    this.setVariableDefinitions(variables);
    this.#connect(config);
  }

  async configUpdated(config) {
    this.#disconnect();
    this.#connect(config);
  }

  async destroy() {
    this.#disconnect();
  }

  getConfigFields() {
    return [
      { type: 'textinput', id: 'host', label: 'Address', width: 8, default: '127.0.0.1' },
      { type: 'number', id: 'port', label: 'Port', width: 4, default: 4352, min: 1, max: 65535 },
    ];
  }

  command(line) {
    if (!this.#socket?.isConnected)
      throw new Error(`The projector is not connected, so it can't be told "${line}"`);
    this.#socket.send(`${line}\n`);
  }

  #connect({ host, port }) {
    if (!host || !port) return this.updateStatus(InstanceStatus.BadConfig, 'Address and port are needed');
    this.#socket = new TCPHelper(host, port);
    this.#socket.on('status_change', (status, message) => this.updateStatus(status, message));
    this.#socket.on('error', (error) => this.log('warn', `${host}:${port}: ${error.message}`));
    this.#socket.on('connect', () => this.command('STATUS?'));
    this.#socket.on('data', (bytes) => this.#read(bytes.toString()));
    this.#poll = setInterval(() => this.#socket.isConnected && this.command('STATUS?'), pollInterval);
  }

  #disconnect() {
    clearInterval(this.#poll);
    this.#socket?.destroy();
    this.#socket = undefined;
    this.#rest = '';
  }

  #read(text) {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop();
    for (const line of lines) this.#take(line);
    this.setVariableValues(this.state);
    this.checkFeedbacks();
  }

  #take(line) {
    const [key, value] = line.split('=');
    if (value !== undefined) this.state[key.toLowerCase()] = value;
    else if (line.startsWith('ERR')) this.log('warn', `The projector says: ${line}`);
  }
}

runEntrypoint(Projector, []);
