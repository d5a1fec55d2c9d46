/** Names one press of a button, so that sending it again after a lost answer asks for nothing new. */
export const newKey = () =>
    Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(36)).join("-");
