export default `
:host{all:initial;color-scheme:light dark;font:15px/1.45 system-ui,"Segoe UI",Roboto,"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif;color:var(--t);--a:light-dark(#0b6a56,#52c7a8);--on:light-dark(#fff,#05241c);--bg:light-dark(#fff,#1a1f1c);--soft:light-dark(#edeae2,#252b28);--t:light-dark(#1d2320,#e8ebe6);--m:light-dark(#5a625d,#a2aaa4);--l:light-dark(#d8d4c9,#353c38);--bad:light-dark(#b3261e,#ff8f85);--gold:light-dark(#b9801c,#e2ab4a);--warm:light-dark(#fdeecb,#3f2f0e)}
*{box-sizing:border-box;margin:0;padding:0;font:inherit;color:inherit}
[hidden]{display:none!important}
button{border:0;border-radius:8px;padding:6px;background:none;cursor:pointer}
button:disabled{opacity:.5;cursor:default}
:focus-visible{outline:2px solid;outline-offset:2px}
svg{display:block;width:22px;fill:none;stroke:currentColor;stroke-width:1.8;stroke-linecap:round;stroke-linejoin:round}
h2,b{font-weight:650}
.launch,.tease,.panel,[popover]{position:fixed;z-index:2147483000;inset:auto 20px 92px auto;background:var(--bg);border:0;border-radius:18px;box-shadow:0 0 0 1px var(--l),0 8px 40px #0004}
.panel[open],.tease,.new{animation:up .2s}
.launch{bottom:20px;padding:14px;border-radius:50%;background:var(--a);color:var(--on)}
.launch svg{width:32px}
.ding svg{animation:ding .6s}
.badge{position:absolute;top:-4px;right:-4px;min-width:22px;border-radius:12px;background:#b3261e;color:#fff;font-size:13px;text-align:center}
.tease{display:flex;align-items:start;width:270px}
.tease>:first-child{flex:1;padding:12px 16px;text-align:start;overflow-wrap:anywhere}
.panel{max-width:none;max-height:none;width:384px;height:min(640px,100vh - 112px);overflow:hidden;outline:0}
.panel[open]{display:flex;flex-direction:column}
header{position:relative;display:flex;align-items:center;gap:10px;padding:14px 10px 14px 16px;background:var(--a);color:var(--on)}
h2{font-size:16px}
p,small,.mid,.bar,.strip *{font-size:13px}
.grow{flex:1;min-width:0;min-height:41px}
.faces{display:flex}
.face{display:grid;place-items:center;width:32px;height:32px;border-radius:50%;overflow:hidden;background:var(--soft);font-size:13px}
header .face{outline:2px solid var(--a);color:var(--t)}
.face+.face{margin-left:-8px}
.face svg{width:18px}
.face img{width:100%}
[popover]{padding:6px}
[popover] button:hover,.tool:not(.go):hover{background:var(--soft)}
.emoji{inset:auto 30px 154px auto;width:336px}
.emoji button{width:40px;font-size:20px}
.bar:not(:empty),.queue{padding:7px 16px;background:var(--warm)}
.bar{position:absolute;z-index:1;inset:100% 0 auto;color:var(--t);animation:up .2s .8s backwards}
.log{flex:1;overflow:auto;overscroll-behavior:contain;overflow-anchor:none;padding:16px;outline-offset:-3px}
.mid:first-letter{text-transform:uppercase}
.mid{margin:14px 0;text-align:center;color:var(--m)}
.hi{padding:24px 8px 8px;text-align:center;color:var(--m)}
.hi svg{width:56px;margin:auto;color:var(--gold);stroke-width:1.2}
.hi h2{margin:8px 0;font-size:19px;white-space:pre-line;color:var(--t)}
.row{display:grid;grid-template-columns:32px 1fr;gap:3px 8px;margin-top:3px;justify-items:start}
.first{margin-top:14px}
.row>*{grid-column:2}
.row>.face{grid-area:2/1}
small{color:var(--m)}
b{margin-left:6px;padding:0 4px;border:1px solid var(--gold);border-radius:5px;font-size:10px}
.bub{max-width:100%;padding:9px 13px;border-radius:5px 16px 16px;background:var(--soft);white-space:pre-wrap;overflow-wrap:anywhere}
.ai .bub{box-shadow:inset 0 0 0 1px var(--gold);background:none}
.user{grid-template-columns:1fr;justify-items:end;padding-left:48px}
.user>*{grid-column:1}
.user .bub{border-radius:16px 16px 5px;background:var(--a);color:var(--on)}
.pending .bub{opacity:.75}
.bad{color:var(--bad)}
.bad button,.strip button,.mid button{padding:4px 12px;border:1px solid;border-radius:20px;font-size:13px}
.stream .bub:after,i{content:"";display:inline-block;width:7px;height:7px;margin:0 2px;border-radius:50%;background:var(--m);animation:dot 1s infinite}
i+i{animation-delay:.2s}
i+i+i{animation-delay:.4s}
.bone{width:60%;height:38px;margin:12px 0;border-radius:16px;background:var(--soft);animation:dot 2s infinite}
.foot{position:relative;border-top:1px solid var(--l)}
.pill{position:absolute;left:50%;bottom:100%;translate:-50% -8px;padding:4px 12px;border-radius:20px;background:var(--t);color:var(--bg)}
.strip .end{margin-left:auto;border:0;color:var(--m)}
.strip{display:flex;flex-wrap:wrap;gap:8px;padding:8px 16px}
form{display:grid;gap:8px;padding:12px 16px}
.solid{padding:6px 14px;border-radius:20px;background:var(--a);color:var(--on);justify-self:start}
fieldset{border:0}
.star{position:relative;display:inline-block;padding:2px;color:var(--m)}
.star input{position:absolute;inset:0;opacity:0;cursor:pointer}
.star svg{width:30px}
.star:has(:focus-visible){outline:2px solid}
.star:has(:checked),.star:has(~.star :checked){color:var(--gold)}
.star:has(:checked) path,.star:has(~.star :checked) path{fill:currentColor}
input,textarea{width:100%;border:1px solid var(--m);border-radius:10px;padding:7px 10px;background:var(--bg)}
.write{display:flex;align-items:end;gap:4px;padding:6px 8px}
textarea,textarea:focus-visible{flex:1;max-height:140px;border:0;resize:none;padding:8px 4px;outline:0}
.write:focus-within{box-shadow:inset 0 2px var(--a)}
.tool{padding:8px;color:var(--m)}
.go{border-radius:50%;background:var(--a);color:var(--on)}
.s{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
@keyframes up{from{opacity:0;translate:0 8px}}
@keyframes dot{50%{opacity:.25}}
@keyframes ding{25%{rotate:14deg}60%{rotate:-10deg}}
@media(max-width:480px){.panel{inset:0 0 auto;width:100%;height:var(--h,100dvh);border-radius:0}.emoji{inset:auto auto 60px 12px}input,textarea{font-size:16px}}
@media(prefers-reduced-motion){*,:after{animation:none!important}}
@media print{:host{display:none}}`;
