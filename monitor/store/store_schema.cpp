#include "monitor/store/store_schema.h"

#include "monitor/store/link_text.h"
#include "schemas/client_migrations.h"
#include "schemas/client_views.h"

namespace dwell::monitor {

DatabaseSchema storeSchema() {
  return {"Dwell's store", schemas::clientMigrations(), schemas::clientViews(), 1'024, addLinkRows};
}

}  // namespace dwell::monitor
