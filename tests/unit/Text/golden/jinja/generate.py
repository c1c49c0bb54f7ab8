"""Writes cases.jsonl: small templates and what Jinja makes of them, set up as transformers sets it up.

Run with Jinja 3.1.6: python3 generate.py > cases.jsonl
The first line holds the variables; every other line a template with its text, or the error's type.
Left out is what cannot come out the same twice (addresses, random) and what chat templates have no use for here
(str.encode, self, lipsum, autoescape, block).
"""
import datetime
import json
import random
import re

import jinja2
import jinja2.ext
from jinja2.sandbox import ImmutableSandboxedEnvironment

V={"s":"Hello, Wörld! 😀 it's","n":7,"neg":-7,"f":2.5,"big":12345678901234567890,"l":[3,1,2],"ls":["b","A","c","a"],"d":{"b":1,"a":[1,2,{"x":None}],"items":5,"k y":True},"e":[],"em":{}, "none":None,"t":True,"ml":"line1\nline2\r\n\n  line4  \n","msgs":[{"role":"user","content":"hi","n":2},{"role":"assistant","content":"yo","n":1},{"role":"User","content":"x","n":None}],"users":[{"name":"Bob","age":3,"c":{"x":1}},{"name":"alice","age":1,"c":{"x":2}},{"name":"Al","age":3,"c":{}}], "html":"<a href='x'>\"&</a>","num":"42.7","nums":[1,2.5,True]}

# Expressions, apart by spaces. Neighbours are also joined into longer ones, which makes odd but telling expressions.
E=r"""
s s|upper s|lower s|title s|capitalize s|length s|first s|last s|reverse s[::-1] s[0] s[-1] s[15] s[14:16] s[2:5] s[-3:] s[:-3] s[::2] s[5:1:-1] s[100] s[100:] s|list s|trim s|wordcount s|urlencode
s.upper() s.split() s.split(',') s.split('l',1) s.rsplit('l',1) s.rsplit(None,1) s.partition(',') s.rpartition('o') s.find('W') s.find('zzz') s.rfind('o') s.index('W') s.index('zz') s.count('l') s.count('') s.replace('l','LL') s.replace('l','LL',1) s.replace('','-') s.startswith('He') s.startswith(('x','He')) s.endswith('s') s.title() s.swapcase() s.capitalize() s.center(30,'*') s.ljust(25,'.') s.rjust(25) s.zfill(25) s.strip("H's") s.isalpha() 'abc'.isalpha() 'ab1'.isalnum() '12'.isdigit() '²'.isdigit() '½'.isnumeric() 'Ab'.islower() 'ab'.islower() 'AB1'.isupper() '  '.isspace() ''.isspace() 'A_b'.isidentifier() 'Hello World'.istitle() 'ab\tc'.expandtabs(4) 'a\nb\r\nc'.splitlines() 'a\nb\r\nc'.splitlines(true) 'x'.join(['a','b']) 'x'.join([1]) '-'.join('abc') 'abc'.removeprefix('a') 'abc'.removesuffix('c') 'ß'.casefold() 'ΑΣ'.lower() 'ﬁx'.upper() 'ǆ'.title() "they're bill's friends".title() "they're bill's friends"|title 'i̇'.upper() 'İ'.lower() 'ŉ'.upper()
n+1 n-1 n*2 n/2 n//2 n%3 n**2 neg//2 neg%3 neg/2 -n//2 -n**2 2**-1 2**0.5 f*2 f//1 f%1 f+n t+1 t+t 1/0 1//0 1%0 1.0/0 big big+1 big*big 10**20 7.0//2 -7.5%2 1e3 1e16 1e15 1.5e-5 0.0001 0.00001 123456789.123456789 1e22 1e100 0.1+0.2 1_000 0x1f 0b11 0o17 n/7 100/3 2/3 5.0 -0.0 1e400 
1<2<3 1<2>3 1==1.0 1==true 'a'<'b' [1,2]<[1,3] (1,2)==(1,2) [1]==(1,) {'a':1}=={'a':1} 'a'<1 none<1 none==none 1!=2 'a' in 'abc' 1 in [1,2] 'a' in d 'z' not in d 1 in 'abc' none in [none] not 1 not(1) and 1 or 0 2 in d.values() 
l l|sort l|sort(reverse=true) ls|sort ls|sort(case_sensitive=true) l|sum l|max l|min l|first l|last e|first e|last e|max l|length l|join l|join(',') ls|join(', ') l|reverse|list l|unique|list ls|unique|list l[0] l[-1] l[5] l[1:] l[::-1] l+[4] l*2 l+(1,) l|batch(2)|list l|batch(2,'x')|list l|slice(2)|list l|slice(2,'x')|list l|map('string')|list l|map('upper')|list ls|map('upper')|join l|select('odd')|list l|reject('odd')|list l|select('gt',1)|list l|select('>',1)|list l|select('in',[1,2])|list l|list l|string l.index(1) l.count(1) l.append(1) l.copy() l.foo l.0 l[true] l['x'] range(5)|list range(1,10,3)|list range(5,0,-2)|list range(5) range(1,5)|length range(5)[2] range(5)[1:3]|list range(200000)|length range(3)|sum (1,2) (1,) () [1,'a',none,true,1.0] [[],{},()] 
d d.b d['b'] d.a[2].x d.items d['items'] d.keys() d.values() d.items d['k y'] d.get('b') d.get('z') d.get('z',1) d.zz d.zz.yy d['zz'] d|length d|list d|items|list d|dictsort em|dictsort d|tojson d|tojson(indent=2) d|tojson(indent=2,sort_keys=true) d|tojson(ensure_ascii=true) d|tojson(separators=(',',':')) {'a':1,'b':2}|dictsort(by='value',reverse=true) {'B':1,'a':2}|dictsort {'B':1,'a':2}|dictsort(true) {1:2,'a':3} {1:2,1.0:3,true:4} {'a':1}.items() {'a':1}.update({'b':2}) dict(a=1,b=2) dict([('x',1)]) {'a':1}|items {(1,2):3}[(1,2)] {[1]:2} d|first {'a':none}|tojson {1:1,none:2,true:3,1.5:4}|tojson
msgs|map(attribute='role')|list msgs|map(attribute='zz')|list msgs|map(attribute='zz',default='?')|list msgs|selectattr('role','equalto','user')|list|length msgs|selectattr('n')|list|length msgs|rejectattr('n')|map(attribute='role')|list msgs|rejectattr('role','in',['user'])|map(attribute='role')|join(',') msgs|groupby('role')|list msgs|groupby('role')|map(attribute='grouper')|list msgs|groupby('role',case_sensitive=true)|map(attribute='0')|list users|sort(attribute='name')|map(attribute='name')|join users|sort(attribute='age,name')|map(attribute='name')|join users|sum(attribute='age') users|map(attribute='c.x')|list users|map(attribute='c.x',default=0)|sum users|max(attribute='age') users|min(attribute='name') users|unique(attribute='age')|map(attribute='name')|list msgs[0] msgs[0]|tojson msgs|selectattr('role','==','user')|first msgs|selectattr('role','eq','zz')|first msgs|map('length')|list msgs|length msgs|last
html|e html|escape html|safe html|forceescape html|striptags html|e|e ('<'|e)+'<' ('<'|e)~'<' '<'+('<'|e) ('<'|e)*2 ('<'|e)|length ('<'|e)|upper '%s'|format(html) [html|e]|join
num|int num|float num|int+1 'x'|int 'x'|int(-1) 'x'|int(default=5) '0x1f'|int(0,16) '1f'|int(base=16) none|int none|float [1]|int 'inf'|float ' 12 '|int '1_000'|int f|int 1e20|int true|int f|round 3.5|round 2.675|round(2) 1234.5|round(-2) 42|round 42|round(1) 42.123|round(2,'ceil') 42.127|round(2,'floor') 'x'|round n|abs neg|abs none|abs 1500|filesizeformat 1500000|filesizeformat 1024|filesizeformat(true) 1|filesizeformat 0.5|round 1.5|round -1.5|round 0.15|round(1) 1e300*1e10 
'%s %d %5.2f %x %o %e %g %r %c %%'|format('a',3,2.5,255,8,12345.678,0.0001,'q','z') '%05d|%-5d|%+d|% d'|format(3,4,5,6) '%s'%'x' '%s %s'%(1,2) '%d'%'x' '%s %s'%(1,) '%s'%(1,2) '%(a)s'%{'a':1} '%.3s'%'abcdef' '%10s|%-10s|'%('a','b') '%5.1f%%'%12.345 '%i'%3.7 '%s'%none '%s'%[1] '%G'%1e-10 '%#x'%255 '%.0f'%0.5 '%.0f'%1.5 '%g'%1234567 '%g'%100000 '%e'%0 '%*d'%(5,3)
'{} {}'.format(1,2) '{1} {0}'.format(1,2) '{a}'.format(a=1) '{:>5}|{:<5}|{:^5}|{:*^5}'.format(1,2,3,4) '{:.2f} {:,} {:05d} {:+d} {:e} {:%} {:x} {:b} {:#x}'.format(1.5,1234567,42,5,12345.678,0.25,255,5,255) '{!r}'.format('a') '{0[a]} {0[b]}'.format({'a':1,'b':2}) '{0.upper}'.format('a') '{{}}'.format() '{'.format() '{}'.format() '{:d}'.format('x') '{:s}'.format(1) '{:.3}'.format('abcdef') '{:>{w}}'.format('a',w=4) '{:g} {:n} {}'.format(1.5,2,1e20) '{:,.2f}'.format(1234567.891) '{:_}'.format(1000000) '{:^10}'.format('é') '{:c}'.format(65) '{:5}'.format(true) '{:.1f}'.format(0.25)
ml|indent ml|indent(2,true) ml|indent(first=true,blank=true) ml|indent('>') ml|length ml|trim ml|wordcount ml|replace('\n','|') ml.splitlines() ml.split() ml.strip() ml.split('\n')
s|truncate(10) s|truncate(10,true) s|truncate(10,false,'…') s|truncate(5,true,'',0) 'foo bar baz qux'|truncate(9) 'foo bar baz qux'|truncate(11) 'foo bar baz qux'|truncate(9,leeway=0) 'short'|truncate(1)
s|default('x') nope|default('x') nope nope.x nope+1 nope() nope[0] nope|length nope|list nope|upper nope~'a' nope==nope2 not nope nope is defined nope|default nope|default(none) none|default(1) none|default(1,true) ''|default('z',boolean=true) nope|int nope|join nope|first nope|tojson nope<1 -nope nope in [1] 1 in nope nope|string|length nope|d('q')
n is odd n is even n is divisibleby 7 n is divisibleby(2) n is number n is integer n is float f is float t is boolean t is true t is sameas true none is none none is not none s is string l is iterable n is iterable l is sequence d is sequence d is mapping s is sequence s is mapping nope is undefined nope is not defined n is gt 3 n is lessthan 3 n is eq 7 n is ne(7) n is in [7,8] n is not in [7] 'a' is in 'abc' 'abc' is lower 'ABC' is upper '1' is lower n is callable range is callable n is foo n is none or t n is odd and n is gt 5 n is equalto 7 if true 1 is 1 n is not odd 'upper' is filter 'odd' is test range(3) is sequence (range(3)|map('string')) is sequence (l|map('string')) is iterable html|e is escaped html is escaped 2.0 is integer true is integer true is number l is callable
'a' 'b' 'a' ~ 1 ~ none ~ 1.0 ~ [1] 1 ~ 2 + 3 2 * 3 ~ 4 1 + 2 ~ 3 'x' * 3 3 * 'x' 'x' * -1 [0] * 3 'a' + 1 1 + 'a' none + 1 [1] + [2] {} + {} 'a' if false 'a' if false else 'b' 'a' if 1 else 'b' if 0 else 'c' 1 if 0 else 2 if 0 else 3 true and 'x' 'x' and '' 0 or 'y' '' or none not none not not 1 -1|abs -3 + 5 +3 --3 2-1 2 -1 [1,2,][0] {'a':1,}['a'] (1,2,)[1] ((1)) [[1,2],[3]][0][1] 'abc'[1] 'abc'|first|upper ('abc'|list)[1:]|join {'a':{'b':[10,20]}}.a.b[1] {'a':{'b':[10,20]}}['a']['b'].0 [1,2][-1] 'a\'b' "a\"b" 'a\\b' '\x41\u00e9\n' '\q' 'tab\there' "it's" 'He said "hi"' ['it\'s','He said "hi"','both \' "','\n\t\x00\x7f\xa0é😀\u200b'] 
none none|string true false True False None none|upper true|lower [none]|join 1|string+'a' 1.0|string n|upper l|upper 
namespace(a=1).a namespace().x namespace({'b':2}).b cycler(1,2).next() joiner()() loop varargs caller foo.bar.baz ''.join(msgs|map(attribute='role')) strftime_now('%Y-%m-%d %H:%M:%S %a %A %b %B %d %-d %e %j %y %U %W %w %u %p %I %l %% %D %F %T %R %c %x %X %G-%V %Z|%z|%-m/%-H') raise_exception('boom') raise_exception(1) range() dict(1) s.foo s.foo() s() none() l() 
[1,2,3]|map('multiply')|list [1]|map|list l|select('nope')|list l|nofilter l|sort(foo=1) l|join(1,2,3) s.upper(1) s.replace('a') 'abc'|replace('a') 'aXbX'|replace('X','-',1) 123|replace('2','x') 123|length l|tojson s|tojson html|tojson '\u2028\x00\x1f\x7f/\\'|tojson 1e5|tojson 1e16|tojson 1e-7|tojson big|tojson (1,2)|tojson none|tojson true|tojson range(3)|tojson (l|map('string'))|tojson [[],{}]|tojson(indent=2) {'a':[1,{'b':2}]}|tojson(indent=4) {'a':[1]}|tojson(indent='--') {'é':1}|tojson {'é😀':1}|tojson(true) 'x'|tojson(indent=2) l|tojson(2) l|tojson(indent=0) s.__class__ l.__len__() d.__class__ d['__class__'] d|attr('keys') s|attr('upper') d|attr('b') 
"a b c".split(' ')|last "a,b;c".split(';')[0].split(',')|list "😀😀"|length "😀a😀".find('a') "😀a😀"[1] "😀a😀"[::-1] "😀a😀"|truncate(1,true,'',0) "😀ab".center(7,'-') ["😀"] "a".islower() and 1 'x' in ['x'] and 'y' not in ['x'] 'a' in none 5 in 5 'k y' in d d.k [] is none [] or 'empty' {} or 'empty' 0 or 'zero' '' ~ none 1 == '1' 'a' == 'a' == 'a' 1 < 2 == true  n if n > 5 else 0 (n if n > 5) ('' if n > 5) or 'z' [n if n < 5] 
"Foo" "bar" "%d items" % 3 "%s" % "a" ~ "b" "a" * 2 ~ "b" 10 - 5 - 2 2 ** 3 ** 2 -2 ** 2 100 // 7 // 2 10 % 4 * 2 1 + 2 * 3 - 4 / 2 (1 + 2) * 3 not 1 == 2 1 in [1] == true not 1 in [2] 'a' ~ 'b' == 'ab' 1 or 0 and 0 [1,2,3][1:][0] l|length > 2 l | length + 1 l|first + 1 l|first|string ~ 'x' s|length is gt 3 not s|length == 3 l|sort|first 1|string in '123' -l|first -1 ** 2 2 if l|length else 3
"""
JOINERS = {"is", "in", "not", "and", "or", "if", "else", "~", "+", "-", "*", "/", "//", "**", "%", "==", "<", ">", "!=", "|",
           "sameas", "gt", "lessthan", "eq", "divisibleby", "defined"}

TEMPLATES = [
"{% for x in l %}{{x}}{% if not loop.last %},{% endif %}{% endfor %}",
"{% for x in l if x > 1 %}{{loop.index}}/{{loop.length}}:{{x}} {% else %}none{% endfor %}",
"{% for x in e %}a{% else %}none{% endfor %}","{% for k,v in d.items() %}{{k}}={{v}};{% endfor %}","{% for k,v in d|items %}{{k}}={{v}};{% endfor %}","{% for k in d %}{{k}}{% endfor %}",
"{% for a,b in [[1,2],[3,4]] %}{{a}}{{b}}{% endfor %}","{% for a,b in [[1,2,3]] %}{{a}}{{b}}{% endfor %}","{% for (a,b) in [(1,2)] %}{{a}}{{b}}{% endfor %}",
"{% for x in none %}{% endfor %}","{% for x in 5 %}{% endfor %}","{% for x in nope %}x{% else %}E{% endfor %}","{% for c in 'a😀b' %}[{{c}}]{% endfor %}",
"{% set x=1 %}{% for i in l %}{% set x = x + i %}{{x}} {% endfor %}{{x}}","{% set ns=namespace(x=0) %}{% for i in l %}{% set ns.x = ns.x + i %}{% endfor %}{{ns.x}}",
"{% set x=1 %}{% if true %}{% set x=2 %}{% endif %}{{x}}","{% if false %}{% set x=2 %}{% endif %}{{x is defined}}","{% set d.b=2 %}","{% set nope.x=2 %}",
"{% set x %}a{{n}}b{% endset %}{{x}}|{{x|length}}","{% set x | upper %}a{{n}}b{% endset %}{{x}}","{% set a,b = 1,2 %}{{a}}{{b}}","{% set a = 1,2 %}{{a}}","{% set a,b = 1 %}",
"{% macro m(a,b=2,*c) %}{% endmacro %}","{% macro m(a,b=2) %}{{a}}{{b}}{% endmacro %}{{m(1)}}{{m(1,3)}}{{m(b=1,a=2)}}","{% macro m(a) %}[{{a}}]{% endmacro %}{{m()}}{{m(1,2)}}","{% macro m(a) %}[{{a}}]{% endmacro %}{{m(b=1)}}","{% macro m(a) %}{{varargs}}{{kwargs}}{% endmacro %}{{m(1,2,3,x=4)}}",
"{% macro m(a,b=a) %}{{a}}{{b}}{% endmacro %}{{m(1)}}","{% macro m() %}{{caller(1,2)}}{% endmacro %}{% call(a,b) m() %}{{a}}-{{b}}{% endcall %}","{% macro m() %}{{caller()}}{% endmacro %}{{m()}}","{% macro m() %}x{% endmacro %}{% call m() %}y{% endcall %}",
"{% macro f(n) %}{% if n > 0 %}{{n}}{{f(n-1)}}{% endif %}{% endmacro %}{{f(5)}}","{% macro f(n) %}{{f(n+1)}}{% endmacro %}{{f(0)}}","{% set y=1 %}{% macro f() %}{{y}}{% endmacro %}{% set y=2 %}{{f()}}","{% macro f() %}{{y}}{% endmacro %}{% for y in [1,2] %}{{f()}}{% endfor %}","{% macro f() %}{% set q=1 %}{% endmacro %}{{f()}}{{q}}","{{m('x')}}{% macro m(x) %}{{x}}{% endmacro %}","{% macro m() %}a{% endmacro %}{{m.name}}{{m.arguments}}{{m}}|{{m|length}}",
"{% for i in range(10) %}{% if i == 3 %}{% continue %}{% endif %}{% if i > 5 %}{% break %}{% endif %}{{i}}{% endfor %}","{% break %}","{% for i in l %}{% for j in l %}{% if j==1 %}{% break %}{% endif %}{{i}}{{j}} {% endfor %}{% endfor %}","{% for i in l %}{{loop.index0}}{% for j in e %}{% else %}{{loop.index}}{% endfor %}{% endfor %}",
"{% for i in l %}{{loop.previtem}}{{loop.nextitem}}{{loop.changed(i>1)}}{{loop.cycle('a','b')}}{{loop.revindex0}} {% endfor %}","{% for i in l %}{% set o = loop %}{% for j in [1] %}{{o.index}}{{loop.index}}{% endfor %}{% endfor %}","{% for i in l recursive %}{{i}}{% if i is iterable %}{{loop(i)}}{% endif %}{% endfor %}","{% for i in [1,[2,[3]]] recursive %}{% if i is iterable %}({{loop(i)}}){% else %}{{i}}@{{loop.depth}}{% endif %}{% endfor %}","{% for i in l %}{{loop(i)}}{% endfor %}","{{loop.index}}","{% for i in l %}{% endfor %}{{i}}{{loop}}",
"{% with %}{% set z=1 %}{{z}}{% endwith %}{{z}}","{% with a=1,b=2 %}{{a}}{{b}}{% endwith %}{{a}}","{% set a=5 %}{% with a=1,b=a %}{{a}}{{b}}{% endwith %}",
"{% filter upper %}a{{s}}{% endfilter %}","{% filter replace('a','b')|upper %}aXa{% endfilter %}","{% raw %}{{ x }}{% endraw %}","{% raw -%}  {{ x }}  {%- endraw %}","a\n{% raw %}\nx\n{% endraw %}\nb",
"a {{- n -}} b","a\n  {%- if true %}\n  b\n  {%- endif %}\nc","a\n  {% if true %}\n  b\n  {% endif %}\nc","a\n  {%+ if true %}\n  b\n  {%+ endif +%}\nc","  {% if true %}x{% endif %}  \n","{# c #}\nx","x {# c #}\ny","x {#- c -#} y","  {# c #}\n  y\n","a\n\n{{n}}\n\n\n","a\r\nb\rc\n","{{n}}\n{{n}}\n","x{% if true -%}\n\n  y{% endif %}","\n\n  {%- set a=1 -%}  \n\nq","{%- for i in l -%}\n {{i}}\n{%- endfor -%}","{{ '{{' }}{{ '%}' }}{{ {'a':{'b':1}} }}","{{ {'a':1}}}","{{-1}}|{{- 1}}|{{+1}}|{{ -1 }}","{%if n%}y{%endif%}","{% if n == 7 %}a{% elif n == 8 %}b{% else %}c{% endif %}","{% if nope %}a{% elif l %}b{% endif %}","{{n","{% if n %}","{% endif %}","{% foo %}","{{ n n }}","{{ }}","{% set %}","{{ 'abc }}","{% for %}","{% if %}x{% endif %}","{{ n | }}","{{ n. }}","{{ (n }}","{{ n) }}","{{ [1,2 }}","{# unclosed","{% raw %}x","{% macro m(a=1,b) %}{% endmacro %}","{% set true = 1 %}","{{ a = 1 }}","{{ n is }}","{{ n if }}","{% for x in l %}{{x}}","{{ ,1 }}","{{ 1, 2 }}","{{ 1, }}","{% print n %}","{% print 1,2 %}","{% do l %}","{% include 'x' %}","{% extends 'x' %}","{{ n !}}","{{ $ }}","{{ a ? b : c }}","{% if n and%}x{% endif %}","{{ f(x for x in l) }}","{{ lambda x: x }}","{% if (n > 5 and\n n < 10) %}ok{% endif %}","{{ 'multi\nline' }}","{{ \"a\" \"b\" }}",
"x{% generation %}abc{% endgeneration %}y{% generation %}{{s}}{% endgeneration %}","{% set q=1 %}{% generation %}{% set q=2 %}{{q}}{% endgeneration %}{{q}}","{% for m in msgs %}<{{m.role}}>{% if m.role=='assistant' %}{% generation %}{{m.content}}{% endgeneration %}{% endif %}{% endfor %}","{% macro a(x) %}pre{% generation %}{{x}}{% endgeneration %}{% endmacro %}z{{a(1)}}","  {% generation %}  a  {% endgeneration %}  ","\n  {% generation %}\n  a\n  {% endgeneration %}\n b","{%- generation -%} a {%- endgeneration -%} b","{% generation %}{% for i in l %}{{i}}{% if i==1 %}{% break %}{% endif %}{% endfor %}{% endgeneration %}","{% for i in l %}{% generation %}{% break %}{% endgeneration %}{% endfor %}",
"{% set x = l.append(4) %}","{{ l.append(4) or '' }}","{% set ns = namespace(a=[]) %}{% for i in l %}{% set ns.a = ns.a + [i] %}{% endfor %}{{ ns.a }}","{% set ns = namespace(a=1) %}{{ ns }}","{% set c = cycler('a','b') %}{{c.next()}}{{c.next()}}{{c.next()}}{{c.current}}{{c.reset()}}{{c.current}}","{% set j = joiner('|') %}{{j()}}a{{j()}}b{{j()}}c","{% for i in range(3) %}{{ loop.first }}{{ loop.last }}{% endfor %}","{% for g in msgs|groupby('role') %}{{g.grouper}}:{{g.list|length}} {% endfor %}","{% for g, items in msgs|groupby('role') %}{{g}}:{{items|length}} {% endfor %}","{% for b in l|batch(2) %}{{b}}{% endfor %}","{% set g = l|map('string') %}{{g|list}}{{g|list}}","{% set g = l|map('string') %}{{ 'x' if g else 'y' }}{% for i in g %}{{loop.last}}{% endfor %}",
"{% for m in msgs[::-1] %}{{ m.role }}{% endfor %}{{ msgs[1:]|length }}{{ msgs[-1].role }}","{% if msgs[0]['role'] == 'user' and msgs|length > 1 %}a{% endif %}","{% if 'tool' in msgs[0] or msgs[0].tool is defined %}t{% else %}f{% endif %}","{{ msgs[0].content.split('i')[0] }}","{% if msgs[0].tool_calls %}a{% endif %}{{ msgs[0].tool_calls.x }}","{% set content = msgs[0].content if msgs[0].content is string else '' %}{{ content }}","{{ bos_token + msgs[0]['role'] + eos_token }}","{{ tools }}{{ tools is none }}{{ documents }}{{ add_generation_prompt }}{{ messages }}","{% set messages = msgs %}{{ messages|length }}","{{ '\n' }}|{{ \"\\n\" }}","{% set s = 'x' %}{% for i in [1] %}{{ s }}{% set s = 'y' %}{{ s }}{% endfor %}{{ s }}","{% for i in [1,2] %}{{ q is defined }}{% set q = 1 %}{% endfor %}","{% macro a() %}{{ b() }}{% endmacro %}{% macro b() %}B{% endmacro %}{{ a() }}","{% set x = [] %}{{ x is sameas x }}{{ 1 is sameas 1 }}","{% call(x) nope() %}{% endcall %}","{{ caller }}","{% macro m(caller) %}{{ caller }}{% endmacro %}{{ m(1) }}","{% macro m(varargs=3) %}{{ varargs }}{% endmacro %}{{ m() }}","{% macro m() %}{% for i in l %}{{ i }}{% endfor %}{{ s|upper }}{% endmacro %}{{ m()|lower }}","{% if n is defined and n is not none %}y{% endif %}","{% if not (n is defined) %}y{% else %}z{% endif %}","{%- if tools is iterable and tools | length > 0 %}x{% endif %}","{% set a = {'x': 1} %}{% set b = dict(a, y=2) %}{{ b }}","{{ dict(d, **{'z': 9})|length }}","{{ m(*[1,2]) }}","{% macro m(a,b) %}{{a}}{{b}}{% endmacro %}{{ m(*[1,2]) }}{{ m(**{'a':3,'b':4}) }}{{ m(1,*[2]) }}","{{ range(*[1,4])|list }}","{{ 'a'.join(['x'],) }}","{{ l[n-7] }}{{ l[n] }}{{ l['0'] }}{{ d[none] }}{{ d[l] }}","{{ s[1.0] }}{{ l[1.5] }}","{{ l[:'a'] }}","{{ (1,2)[0:1] }}{{ 'abc'[none:2] }}{{ l[none] }}","{{ d.items() | list | length }}{{ d.b.c }}{{ d.b.c.d }}","{{ none.x }}|{{ none.x.y }}","{{ none['x'] }}","{{ 5 .x }}","{{ true.x }}",
"{% for x in range(1000000) %}{% endfor %}",]

TEXTS = ["a", " ", "  ", "\n", "\n\n", "\t", " \n", "\n  ", "b c", "}", "%", "\r\n"]
TAGS = ["{{S n V}}", "{#S c C#}", "{%S set z=1 E%}", "{%S raw R%} {{x}}\n {%S endraw E%}", "{{S 'x' V}}"]
BLOCKS = [("if n", "endif"), ("for i in l", "endfor"), ("generation", "endgeneration"), ("filter upper", "endfilter"),
          ("set y", "endset"), ("with a=1", "endwith")]


class Generation(jinja2.ext.Extension):
    tags = {"generation"}

    def parse(self, parser):
        line = next(parser.stream).lineno
        body = parser.parse_statements(["name:endgeneration"], drop_needle=True)
        return jinja2.nodes.CallBlock(self.call_method("write"), [], [], body).set_lineno(line)

    @jinja2.pass_eval_context
    def write(self, context, caller):
        return caller()


def split(line):
    parts, now, depth, quote, i = [], "", 0, None, 0
    while i < len(line):
        c = line[i]
        now += c
        if quote:
            if c == "\\":
                i += 1
                now += line[i]
            elif c == quote:
                quote = None
        elif c in "'\"":
            quote = c
        elif c in "([{":
            depth += 1
        elif c in ")]}":
            depth -= 1
        elif c == " " and depth == 0:
            parts.append(now[:-1])
            now = ""
        i += 1
    return [p for p in parts + [now] if p]


def expressions():
    for line in E.strip().split("\n"):
        words = split(line)
        for width in range(1, 8):
            for i in range(len(words) - width + 1):
                window = words[i:i + width]
                if width == 1 or JOINERS & set(window):
                    yield "{{ " + " ".join(window) + " }}"


def signed(tag):
    tag = re.sub("S", lambda _: random.choice(["", "", "", "-", "+"]), tag)
    return tag.replace("E", random.choice(["", "", "", "-", "+"])).replace("V", random.choice(["", "", "-"])) \
        .replace("C", random.choice(["", "-", "+"])).replace("R", random.choice(["", "-"]))


def layout(depth=0):
    text = ""
    for _ in range(random.randint(1, 5)):
        kind = random.random()
        if kind < .55:
            text += random.choice(TEXTS)
        elif kind < .7:
            text += signed(random.choice(TAGS))
        elif depth < 3:
            begin, end = random.choice(BLOCKS)
            text += signed("{%S " + begin + " E%}") + layout(depth + 1) + signed("{%S " + end + " E%}")
    return text


def dumps(x, ensure_ascii=False, indent=None, separators=None, sort_keys=False):
    return json.dumps(x, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys)


def raise_exception(message):
    raise jinja2.exceptions.TemplateError(message)


random.seed(7)
environment = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True, extensions=[Generation, jinja2.ext.loopcontrols])
environment.filters["tojson"] = dumps
environment.globals["raise_exception"] = raise_exception
environment.globals["strftime_now"] = lambda f: datetime.datetime(2026, 2, 9, 7, 5, 3).strftime(f)
context = {"messages": [], "tools": None, "documents": None, "add_generation_prompt": False, "bos_token": "<s>", "eos_token": "</s>", **V}
print(json.dumps({"variables": V}, ensure_ascii=False))
for template in dict.fromkeys([*expressions(), *TEMPLATES, *(layout() for _ in range(1500))]):
    try:
        text = environment.from_string(template).render(**context)
        if re.search(r"0x[0-9a-f]{6}|<(function|built-in|bound|generator)|TemplateReference", text):
            continue
        print(json.dumps({"template": template, "text": text}, ensure_ascii=False))
    except Exception as error:
        # Most joined expressions are no expressions; some of those are enough.
        if isinstance(error, jinja2.TemplateSyntaxError) and random.random() > .1:
            continue
        print(json.dumps({"template": template, "error": type(error).__name__}, ensure_ascii=False))
