// Works well for a while, then dies of an error nobody handles, so that one can watch what happens.
import { runModule } from 'greenroom/module';

let crash;

runModule({
  name: 'moody',
  init({ config }, host) {
    const { crashAfterSeconds = 45 } = config;
    crash = setTimeout(() => {
      throw new Error('I have had enough of this');
    }, crashAfterSeconds * 1000);
    host.status('ok', `will crash ${crashAfterSeconds} s after its start`);
  },
  stop: () => clearTimeout(crash),
});
