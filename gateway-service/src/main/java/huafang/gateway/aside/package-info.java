/** Tasks that were given up and kept: an administrator looks at them, and has them tried again. */
package huafang.gateway.aside;
