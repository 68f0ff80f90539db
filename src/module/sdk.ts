/** How this side names itself when it registers; a test keeps the version in step with the package. */
export const sdk = 'greenroom/module 0.1.0';
