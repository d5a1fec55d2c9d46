/** What can be painted with: checkpoints, samplers and schedules. */
package huafang.gateway.model;
