/** Measures how fast the worker is: the load, the processes that are compared, and the numbers that are read from them. */
@NullMarked
package dev.messagecontact.workshop.bench;

import org.jspecify.annotations.NullMarked;
