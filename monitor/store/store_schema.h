#pragma once

#include "base/database.h"

namespace dwell::monitor {

/// The client's store: schemas/client/ and schemas/views/.
DatabaseSchema storeSchema();

}  // namespace dwell::monitor
