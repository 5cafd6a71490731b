/** Keeps to itself how the worker is run under random faults: the load, the plan of the faults, and what brings them about. */
@NullMarked
package dev.messagecontact.workshop.soak;

import org.jspecify.annotations.NullMarked;
