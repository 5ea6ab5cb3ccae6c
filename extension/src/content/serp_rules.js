/** Made from schemas/serp_rules.json by `npm run generate`: edit that. */
/** @type {{version: number, engines: EngineRule[]}} */
const SERP_RULES = {
 "version": 1,
 "engines": [
  {
   "engine": "google",
   "page": {
    "host": "^(www\\.)?google\\.([a-z]{2,3}|com?\\.[a-z]{2})$",
    "path": "^/search/?$",
    "unless": {
     "tbm": "^(isch|vid|nws|shop|bks|lcl|flm|pts)$",
     "udm": "^(2|3|7|8|12|18|28|36|39|48|50|51)$"
    }
   },
   "query": [
    {
     "parameter": "q"
    }
   ],
   "first_rank": [
    {
     "parameter": "start",
     "add": 1
    }
   ],
   "unwrap": [
    {
     "path": "^/url$",
     "parameter": "q"
    },
    {
     "path": "^/url$",
     "parameter": "url"
    },
    {
     "path": "^/aclk$",
     "parameter": "adurl"
    }
   ],
   "empty": "#topstuff .card-section, #botstuff .mnr-c, #topstuff [role='heading']",
   "results": [
    {
     "kind": "ad",
     "item": "#tads [data-text-ad], #tadsb [data-text-ad], #bottomads [data-text-ad], #tvcap [data-text-ad], #tads .uEierd, #bottomads .uEierd",
     "title": "[role='heading']",
     "link": "a[data-rw], a[href]:not([href^='#'])",
     "snippet": ".Va3FIb, .MUxGbd, .yDYNvb"
    },
    {
     "kind": "ai_overview",
     "item": "#m-x-content, [data-attrid='AIOverview'], [data-subtree='aimc'], [data-mcpr]",
     "title": "[role='heading']",
     "link": "a[href^='http']:not([href*='google.'])",
     "without_link": true
    },
    {
     "kind": "answer",
     "item": ".xpdopen, [data-attrid='wa:/description'], [data-attrid^='wa:/'], .IZ6rdc",
     "title": "a[href] h3, [role='heading']",
     "link": ".yuRUbf a[href], a[href]:not([href^='/']):not([href^='#'])",
     "without_link": true
    },
    {
     "kind": "people_also_ask",
     "item": ".related-question-pair",
     "title": "[role='button'], [role='heading'], [aria-expanded]",
     "link": ".yuRUbf a[href], a[href^='http']:not([href*='google.'])",
     "without_link": true
    },
    {
     "kind": "local",
     "item": ".VkpGBb, [jscontroller='AtSb'] .w7Dbne .uMdZh",
     "title": ".dbg0pd, [role='heading'], .OSrXXb",
     "link": "a.yYlJEf[href^='http'], a[href]:not([href^='/']):not([href^='#'])",
     "without_link": true
    },
    {
     "kind": "video",
     "item": "g-scrolling-carousel [data-surl], video-voyager, .sHEJob, .RzdJxc, [data-vid][data-curl]",
     "title": "[role='heading'], h3",
     "link": "a[href^='http'], a[href^='/url']"
    },
    {
     "kind": "organic",
     "item": "#rso a[href] h3, #botstuff a[href] h3",
     "block": ".tF2Cxc, .g, .MjjYud, [data-hveid]",
     "title": "h3",
     "snippet": ".VwiC3b, [data-sncf], .IsZvec, .lEBKkf"
    }
   ]
  },
  {
   "engine": "bing",
   "page": {
    "host": "^(www|cn)\\.bing\\.com$",
    "path": "^/search/?$"
   },
   "query": [
    {
     "parameter": "q"
    }
   ],
   "first_rank": [
    {
     "parameter": "first",
     "add": 0
    }
   ],
   "unwrap": [
    {
     "path": "^/ck/a$",
     "parameter": "u",
     "encoding": "base64url",
     "skip": 2
    }
   ],
   "empty": "#b_results .b_no, #b_results > .b_no",
   "results": [
    {
     "kind": "ad",
     "item": ".b_ad .sb_add, .b_ad > ul > li",
     "title": "h2",
     "snippet": ".b_caption p, .b_ads1line"
    },
    {
     "kind": "ai_overview",
     "item": ".gs_temp, .gs_h, .b_genserp_container, #copans_container",
     "title": "h2, [role='heading'], .gs_heroTextHeader",
     "link": "a[href^='http']:not([href*='bing.com/search'])",
     "without_link": true
    },
    {
     "kind": "people_also_ask",
     "item": ".df_alaskcarousel .slide, #relatedQnAListDisplay .df_qntext, .b_ans .df_topAl .df_qnacontent, [data-tag='RelatedQnA.Item']",
     "title": ".df_qntext, [role='heading'], h2",
     "link": "a[href^='http']:not([href*='bing.com/search'])",
     "without_link": true
    },
    {
     "kind": "local",
     "item": ".b_ans .lm_rslt, .b_ans #lMapContainer .b_vList > li, .b_localList > li, .localResults .listings-item",
     "title": "h2, .lc_content h2, .b_factrow strong",
     "link": "a[href^='http']:not([href*='bing.com/maps'])",
     "without_link": true
    },
    {
     "kind": "video",
     "item": ".b_ans .mc_vtvc, .b_ans .vrhdata, .b_vidAns .slide",
     "title": ".mc_vtvc_title, [role='heading'], strong",
     "link": "a[href]"
    },
    {
     "kind": "organic",
     "item": "#b_results > .b_algo, #b_context .b_algo",
     "title": "h2",
     "link": "h2 a[href]",
     "snippet": ".b_caption p, .b_lineclamp2, .b_lineclamp3, .b_lineclamp4"
    },
    {
     "kind": "answer",
     "item": "#b_results > .b_ans.b_top, #b_results > .b_ans:first-child",
     "title": "h2, [role='heading'], .b_focusTextLarge",
     "link": "a[href^='http']:not([href*='bing.com/search'])",
     "without_link": true
    }
   ]
  },
  {
   "engine": "duckduckgo",
   "page": {
    "host": "^((www|html|lite|noai|start)\\.)?duckduckgo\\.com$",
    "path": "^/(html/?|lite/?)?$",
    "unless": {
     "ia": "^(images|videos|news|maps|shopping|chat|recipes)$",
     "iax": "^(images|videos|news|maps|shopping)$"
    }
   },
   "query": [
    {
     "parameter": "q"
    }
   ],
   "first_rank": [
    {
     "parameter": "s",
     "add": 1
    }
   ],
   "unwrap": [
    {
     "path": "^/l/$",
     "parameter": "uddg"
    }
   ],
   "empty": ".no-results, [data-testid='no-results-message']",
   "results": [
    {
     "kind": "ad",
     "item": "article[data-testid='ad'], [data-nrn='ad'], .result--ad",
     "title": "h2",
     "link": "a[data-testid='result-title-a'], a.result__a",
     "snippet": "[data-result='snippet'], .result__snippet"
    },
    {
     "kind": "ai_overview",
     "item": "[data-testid='duckassist-answer'], [data-react-module-id='duckassist']",
     "title": "h2, [role='heading']",
     "link": "a[href^='http']:not([href*='duckduckgo.com'])",
     "without_link": true
    },
    {
     "kind": "local",
     "item": "[data-testid='local-result'], [data-react-module-id='places'] li, [data-react-module-id='maps_places'] li",
     "title": "h2, h3, [role='heading']",
     "link": "a[href^='http']:not([href*='duckduckgo.com'])",
     "without_link": true
    },
    {
     "kind": "video",
     "item": "[data-testid='video-result'], [data-react-module-id='videos'] article, [data-react-module-id='videos'] li",
     "title": "h2, h3, [role='heading']",
     "link": "a[href]"
    },
    {
     "kind": "people_also_ask",
     "item": "[data-testid='related-question'], [data-react-module-id='people_also_ask'] li",
     "title": "h2, h3, [role='button']",
     "link": "a[href^='http']:not([href*='duckduckgo.com'])",
     "without_link": true
    },
    {
     "kind": "organic",
     "item": "article[data-testid='result'], [data-nrn='result'], .result.web-result, #links > .results_links",
     "title": "h2",
     "link": "a[data-testid='result-title-a'], a.result__a",
     "snippet": "[data-result='snippet'], .result__snippet"
    },
    {
     "kind": "organic",
     "item": "a.result-link",
     "block": "tr",
     "title": "a.result-link"
    },
    {
     "kind": "answer",
     "item": "[data-testid='zci'], .zci--active, .zci-wrapper .zci, .zci__result",
     "title": "h1, h2, [role='heading']",
     "link": "a[href^='http']:not([href*='duckduckgo.com'])",
     "without_link": true
    }
   ]
  },
  {
   "engine": {
    "meta": "dwell-serp"
   },
   "page": {
    "mark": "meta[name='dwell-serp']"
   },
   "query": [
    {
     "meta": "dwell-query"
    },
    {
     "attribute": "data-dwell-query"
    },
    {
     "parameter": "q"
    },
    {
     "parameter": "query"
    }
   ],
   "first_rank": [
    {
     "meta": "dwell-first-rank",
     "add": 0
    },
    {
     "parameter": "start",
     "add": 1
    }
   ],
   "empty": "[data-dwell-empty]",
   "results": [
    {
     "kind": {
      "attribute": "data-dwell-result"
     },
     "item": "[data-dwell-result]",
     "title": "[data-dwell-title], h1, h2, h3, h4",
     "link": "a[data-dwell-link], a[href]",
     "snippet": "[data-dwell-snippet]",
     "without_link": true
    }
   ]
  }
 ]
};
