/**
 * What a developer or a visitor runs beside the product: the demo, the local services, the benchmark and the soak. The
 * product may not know it.
 */
@NullMarked
package dev.messagecontact.workshop;

import org.jspecify.annotations.NullMarked;
