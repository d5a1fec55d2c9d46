/** The gateway's way to the broker: prepares it at start, and asks it where topics end. */
package huafang.gateway.broker;
