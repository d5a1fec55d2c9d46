/**
 * What the services share of the broker: the topics with their settings, the workers' group, and
 * what a broker must be able to do. Every setting here differs from the broker's default because
 * the default loses work (docs/adr/0002).
 */
package huafang.contracts.broker;
