#include "monitor/store/store_schema.h"

#include "schemas/client_migrations.h"
#include "schemas/client_views.h"

namespace dwell::monitor {

DatabaseSchema storeSchema() {
  return {"Dwell's store", schemas::clientMigrations(), schemas::clientViews()};
}

}  // namespace dwell::monitor
