/**
 * Hands out finished pictures, to their owners only: from the broker while it retains them, else
 * from storage.
 */
package huafang.gateway.picture;
