/* DLPack's tensor and the table of functions through which a framework gives one of its own
 * without an allocation; the layout is fixed by the standard (https://dmlc.github.io/dlpack), major version 1. */
#ifndef SOFTKNEE_DLPACK_H
#define SOFTKNEE_DLPACK_H
#include <stdint.h>

enum { DLPACK_MAJOR = 1, DLPACK_CPU = 1, DLPACK_FLOAT = 2, DLPACK_BFLOAT = 4 };
#define DLPACK_EXCHANGE_CAPSULE "dlpack_exchange_api"

struct dlpack_tensor {
    void *data;
    int32_t device_type, device_id;
    int32_t n_dims;
    uint8_t type_code, type_bits;
    uint16_t lanes;
    int64_t *shape;
    int64_t *strides; /* in elements */
    uint64_t byte_offset;
};

struct dlpack_exchange {
    uint32_t major, minor;
    struct dlpack_exchange *previous;
    void (*allocate)(void);
    void (*managed_from_object)(void);
    void (*managed_to_object)(void);
    /* Borrow the object's tensor; -1 with an exception set. */
    int (*tensor_from_object)(void *object, struct dlpack_tensor *to);
    void (*current_stream)(void);
};
#endif
